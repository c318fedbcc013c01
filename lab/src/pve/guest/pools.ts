import type { Machine } from '../../machine.ts';

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
