import { holds } from '../template/condition.ts';
import { commonVariables } from './facts.ts';
import type { Settings } from './settings.ts';

/**
 * Whether a task runs on no node of Proxmox VE, by facts that all of them have alike: roles for several systems hold
 * tasks of the others ("when: ansible_os_family == 'RedHat'"), with modules that there are not here.
 */
export function isForOthers({ when }: Pick<Settings, 'when'>): boolean {
  return when.some(({ value, positions }) =>
    (Array.isArray(value) ? value : [value]).some((one: unknown) => {
      const held = holds(one, positions, commonVariables);
      return held.ok && !held.value;
    }),
  );
}
