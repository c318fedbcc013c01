import { guestSnapshots } from '../../pve/guest-config-snapshots.ts';
import type { GuestSnapshot } from '../../pve/guest-config-snapshots.ts';
import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { options } from '../../pve/guest-config.ts';
import { findGuest, guestConfigPath, power } from '../../snapshot/guests.ts';
import type { Snapshot, Unknown } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { GuestAt } from '../guest/power-step.ts';

/** The guest whose snapshots are meant. */
export interface SnapshotGuest extends GuestAt {
  readonly config: GuestConfig;
  readonly options: Options;
  readonly power: 'running' | 'stopped' | Unknown;
  readonly title: string;
}

export function snapshotGuest(snapshot: Snapshot, vmid: number): SnapshotGuest | undefined | Unknown {
  const found = findGuest(snapshot, vmid);
  if (found === undefined || isUnknown(found)) return found;
  const { type, node, config } = found;
  if (isUnknown(config)) return config;
  const active = options(config);
  return {
    vmid,
    kind: type === 'vm' ? { kind: 'vm', type: 'qemu' } : { kind: 'container', type: 'lxc' },
    node,
    cluster: snapshot.cluster,
    path: guestConfigPath(vmid, type, node),
    config,
    options: active,
    power: power(snapshot, vmid),
    title: (type === 'vm' ? active['name'] : active['hostname']) ?? String(vmid),
  };
}

export function findSnapshot(
  { config }: Pick<SnapshotGuest, 'config'>,
  name: string,
): GuestSnapshot | undefined {
  return guestSnapshots(config).find((each) => each.name === name);
}
