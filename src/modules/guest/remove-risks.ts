import { snapshotNames } from '../../pve/guest-config.ts';
import type { GuestTraces } from '../../snapshot/guest-traces.ts';
import type { Wanted } from '../module.ts';
import type { GuestKind } from './guest-kind.ts';
import { allVolumes, isOwnVolume } from './guest-volumes.ts';
import type { Guest } from './read-guest.ts';

/** All that goes with a guest, and what will name it in vain. */
export function removeRisks(
  kind: GuestKind,
  guest: Guest,
  { pool, firewall, permissions, backupJobs, replications, haRules }: GuestTraces,
  { words }: Wanted,
): readonly string[] {
  const purges = words['purge'] === '1';
  const snapshots = snapshotNames(guest.config);
  const jobs = backupJobs.map(({ id, alone }) => {
    if (!purges) return `backup job ${id} goes on naming it; "purge: yes" takes it out`;
    return alone ? `backup job ${id} has no other guest, and goes` : `backup job ${id} loses it`;
  });
  return [
    ...disks(kind, guest),
    ...(snapshots.length === 0 ? [] : [`destroys ${count(snapshots, 'snapshot')}: ${snapshots.join(', ')}`]),
    ...(words['destroy-unreferenced-disks'] === '1'
      ? [
          `destroys every other disk of the number ${guest.vmid} on any storage; which there are only the nodes know`,
        ]
      : []),
    ...(firewall ? ['its firewall rules go'] : []),
    ...(pool === undefined ? [] : [`it leaves pool ${pool}`]),
    ...(permissions.length === 0 ? [] : [`permissions of ${permissions.join(', ')} on it go`]),
    ...jobs,
    ...replications.map((id) => `replication job ${id} goes`),
    ...(guest.ha ? ['it is taken out of HA'] : []),
    ...(purges
      ? haRules.map(({ id, alone }) => `HA rule ${id} ${alone ? 'has nothing else, and goes' : 'loses it'}`)
      : []),
  ];
}

function disks(kind: GuestKind, guest: Guest): readonly string[] {
  const volumes = allVolumes(kind, guest.config).filter(
    ({ volume, isMedium, isCloudInit }) => !isMedium && !isCloudInit && isOwnVolume(volume, guest.vmid),
  );
  if (volumes.length === 0) return [];
  const shown = volumes.map(({ volume, size }) => (size === undefined ? volume : `${volume} (${size})`));
  return [`destroys ${count(volumes, 'disk')}: ${shown.join(', ')}`];
}

const count = (things: readonly unknown[], name: string): string =>
  `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
