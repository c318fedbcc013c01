import { setUserEntry } from '../pve/user-cfg-edit.ts';
import { userState } from '../pve/user-cfg-state.ts';
import type { UserState } from '../pve/user-cfg-state.ts';
import { decodeUserConfig, encodeUserConfig } from '../pve/user-cfg.ts';
import { withFile } from './change.ts';
import { oncePerSnapshot, readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

export const USER_CFG = '/etc/pve/user.cfg';

/** The pools of a cluster by name, and the one that each guest is in. */
export interface Pools {
  readonly pools: UserState['pools'];
  readonly ofGuest: ReadonlyMap<number, string>;
}

/** What user.cfg says of pools; a guest is in one at most. */
export const poolsOf: (snapshot: Snapshot) => Pools | Unknown = oncePerSnapshot((snapshot) => {
  const text = readFile(snapshot, USER_CFG);
  if (isUnknown(text)) return text;
  const { pools } = userState(decodeUserConfig(text ?? ''));
  const members = [...pools.values()].flatMap(({ id, guests }) =>
    guests.map((vmid) => [Number(vmid), id] as const),
  );
  return { pools, ofGuest: new Map(members) };
});

/** The snapshot with that guest in that pool and in no other; null: in none. */
export function withPool(snapshot: Snapshot, vmid: number, pool: string | null): Snapshot {
  const text = readFile(snapshot, USER_CFG);
  const known = poolsOf(snapshot);
  if (isUnknown(text) || isUnknown(known)) return snapshot;
  const changed = [...known.pools.values()].flatMap((entry) => {
    const others = entry.guests.filter((each) => Number(each) !== vmid);
    const isIn = others.length < entry.guests.length;
    if (isIn === (entry.id === pool)) return [];
    return [{ ...entry, guests: isIn ? others : [...others, String(vmid)] }];
  });
  const config = changed.reduce(setUserEntry, decodeUserConfig(text ?? ''));
  return withFile(snapshot, USER_CFG, encodeUserConfig(config));
}
