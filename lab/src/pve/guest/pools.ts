import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';

const USERS = '/etc/pve/user.cfg';

/** Takes a guest out of all pools and access lists of user.cfg (PVE::AccessControl::remove_vm_access). */
export function removeFromPools(machine: Machine, vmid: string): void {
  const text = machine.files.read(USERS);
  if (text === undefined) return;
  const lines = text.split('\n').flatMap((line) => {
    const pool = /^(pool:[^:]*:[^:]*:)([^:]*)(:.*)$/.exec(line);
    if (pool !== null)
      return [
        `${pool[1]}${(pool[2] ?? '')
          .split(',')
          .filter((id) => id !== vmid)
          .join(',')}${pool[3]}`,
      ];
    return new RegExp(`^acl:[^:]*:/vms/${vmid}:`).test(line) ? [] : [line];
  });
  const changed = lines.join('\n');
  if (changed !== text) machine.files.write(USERS, changed);
}

function poolLine(machine: Machine, pool: string): RegExpExecArray | null {
  const name = pool.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(pool:${name}:[^:]*:)([^:\n]*)(:[^\n]*)$`, 'm').exec(machine.files.read(USERS) ?? '');
}

/** Refuses a pool that is not there. Throws Failure in PVE's words. */
export function refuseUnknownPool(machine: Machine, pool: string): void {
  if (poolLine(machine, pool) === null) die(`403 Permission check failed (pool '${pool}' does not exist)`);
}

/** Puts a guest into a pool. */
export function addToPool(machine: Machine, pool: string, vmid: string): void {
  const line = poolLine(machine, pool);
  if (line === null) return;
  const ids = [...(line[2] ?? '').split(',').filter((id) => id !== '' && id !== vmid), vmid];
  const sorted = ids.toSorted().join(',');
  const text = machine.files.read(USERS) ?? '';
  machine.files.write(USERS, text.replace(line[0], `${line[1]}${sorted}${line[3]}`));
}

/** The guests of a pool. Throws Failure for a pool that is not there. */
export function poolMembers(machine: Machine, pool: string): readonly string[] {
  refuseUnknownPool(machine, pool);
  return (poolLine(machine, pool)?.[2] ?? '').split(',').filter((id) => id !== '');
}

/** The pool that a guest is in. */
export function poolOf({ files }: Machine, vmid: string): string | undefined {
  return [...(files.read(USERS) ?? '').matchAll(/^pool:([^:]*):[^:]*:([^:\n]*):/gm)].find(([, , ids = '']) =>
    ids.split(',').includes(vmid),
  )?.[1];
}
