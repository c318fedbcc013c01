import type { Facts, UnitFacts } from './facts.ts';
import type { Decision, HostAct } from './host-task.ts';
import { choice, flag, optional } from './parameters.ts';

/** What is to be true of a unit of systemd. */
export const unitParameters = {
  state: optional(
    choice(
      ['started', 'stopped', 'restarted', 'reloaded'],
      'Whether it runs; restarted and reloaded do that each time, and start it where it does not run.',
    ),
  ),
  enabled: optional(flag('Whether it starts with the system.')),
};

export interface WantedUnit {
  readonly name: string;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined;
  readonly enabled?: boolean | undefined;
  readonly masked?: boolean | undefined;
  readonly force?: boolean;
  readonly noBlock?: boolean;
}

/** Enabled, as `systemctl is-enabled` counts it. */
const ENABLED = ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated'];

export function decideUnit(wanted: WantedUnit, facts: Facts): Decision {
  const now = facts.unit(wanted.name);
  const { LoadState: load = '', UnitFileState: file = '' } = now;
  const { name, masked, enabled, state } = wanted;
  if (load === '')
    return { is: 'refused', why: `Cannot see the unit ${name}: systemd does not answer on this host` };
  const isMasked = load === 'masked';
  if (load === 'not-found' && (state !== undefined || enabled !== undefined))
    return { is: 'refused', why: `Cannot manage the unit ${name}: systemd knows no such unit` };
  if (isMasked && masked !== false && state !== undefined && state !== 'stopped')
    return { is: 'refused', why: `Cannot start the unit ${name}: it is masked; masked: no is wanted first` };
  const systemctl = (...words: readonly string[]): HostAct => ({
    argv: ['systemctl', ...(wanted.noBlock === true ? ['--no-block'] : []), ...words, name],
  });
  const acts = [
    ...(masked === undefined || masked === isMasked ? [] : [systemctl(masked ? 'mask' : 'unmask')]),
    ...(enabled === undefined || enabled === ENABLED.includes(file)
      ? []
      : [systemctl(enabled ? 'enable' : 'disable', ...(wanted.force === true ? ['--force'] : []))]),
    ...stateActs(now, state).map((word) => systemctl(word)),
  ];
  const result = { name, ...(state && { state }), ...(enabled !== undefined && { enabled }), status: now };
  return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
}

function stateActs({ ActiveState: active = '' }: UnitFacts, state: WantedUnit['state']): readonly string[] {
  const runs = ['active', 'activating', 'reloading', 'refreshing'].includes(active);
  switch (state) {
    case 'started':
      return runs ? [] : ['start'];
    case 'stopped':
      return runs || active === 'deactivating' ? ['stop'] : [];
    case 'restarted':
      return [runs ? 'restart' : 'start'];
    case 'reloaded':
      return [runs ? 'reload' : 'start'];
    case undefined:
      return [];
  }
}
