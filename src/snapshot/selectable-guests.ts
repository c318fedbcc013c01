import type { SelectableGuest } from '../inventory/guest-selector.ts';
import { options } from '../pve/guest-config.ts';
import { decodeUserConfig } from '../pve/user-cfg.ts';
import { userState } from '../pve/user-cfg-state.ts';
import { readFile } from './files.ts';
import type { GuestEntry } from './guests.ts';
import { guests } from './guests.ts';
import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** A guest of a cluster, with all that a selector may ask for. */
export interface ClusterGuest extends SelectableGuest {
  readonly snapshot: Snapshot;
  readonly type: GuestEntry['type'];
}

/** Every guest of a cluster; none where its files could not be read. */
export function selectableGuests(snapshot: Snapshot): readonly ClusterGuest[] {
  const all = guests(snapshot);
  if (isUnknown(all)) return [];
  const pools = poolsByGuest(snapshot);
  return all.map(({ vmid, type, node, config }) => {
    const pool = pools.get(vmid);
    return {
      snapshot,
      vmid,
      type,
      node,
      ...(pool !== undefined && { pool }),
      ...(!isUnknown(config) && namesOf(type, vmid, options(config))),
    };
  });
}

/** PVE shows a guest without a name as "VM 100" or "CT100". */
function namesOf(
  type: GuestEntry['type'],
  vmid: number,
  { name, hostname, tags = '' }: Readonly<Record<string, string>>,
): Pick<SelectableGuest, 'name' | 'tags'> {
  return {
    name: (type === 'vm' ? name : hostname) ?? `${type === 'vm' ? 'VM ' : 'CT'}${vmid}`,
    tags: tags.split(/[\s,;]+/u).filter((tag) => tag !== ''),
  };
}

function poolsByGuest(snapshot: Snapshot): ReadonlyMap<number, string> {
  const text = readFile(snapshot, '/etc/pve/user.cfg');
  if (text === undefined || isUnknown(text)) return new Map();
  const { pools } = userState(decodeUserConfig(text));
  return new Map(
    [...pools.values()].flatMap(({ id, guests: members }) =>
      [...members].map((vmid) => [Number(vmid), id] as const),
    ),
  );
}
