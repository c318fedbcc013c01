import type { Diagnostic } from '../diagnostic.ts';
import { isInMaintenance, managerStatus } from '../pve/ha-maintenance.ts';
import { readFile } from '../snapshot/files.ts';
import { guests } from '../snapshot/guests.ts';
import { onlineMembers } from '../snapshot/members.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import type { ActedGuest } from './acted-guest.ts';
import { readActedGuest } from './acted-guest.ts';
import {
  isOwn,
  moveRefusals,
  nowhere,
  orStays,
  ownRefusal,
  stuckUnderHa,
  tooFull,
} from './evacuation-refusals.ts';
import { freeMemory, memoryOf } from './free-memory.ts';

/** How guests are to leave a node. */
export interface EvacuationWish {
  /** PVE names of the nodes that may take them; undefined: all others. */
  readonly to: readonly string[] | undefined;
  /** Nodes that are emptied at the same time, and take none. */
  readonly beside: readonly string[];
  /** VMIDs of guests that stay; "all": none is moved. */
  readonly leave: readonly number[] | 'all';
  /** Those that do not run leave, too. */
  readonly stopped: boolean;
  /** Guests under HA are left to it: it moves them when the node is put into maintenance, and brings them back. */
  readonly ha: 'move' | 'leave';
  /** A node may be given more memory than it has. */
  readonly overcommit: boolean;
  /** MAC addresses of the machine that this program runs on, upper case: it may be one of the guests. */
  readonly ownMacs: readonly string[];
  /** Arguments of each migration: with-local-disks, restart, ... */
  readonly how: Readonly<Record<string, unknown>>;
}

export interface Move {
  readonly vmid: number;
  readonly to: string;
}

export interface Evacuation {
  readonly moves: readonly Move[];
  /** Guests that stay as they were told to, and run. */
  readonly stays: readonly number[];
  /** Those of them that PVE does not start again by itself after a restart of the node. */
  readonly staysDown: readonly number[];
  /** Why a guest can go nowhere; nothing is moved then. */
  readonly refused: readonly Diagnostic[];
}

/**
 * Where each guest of a node goes: the largest first, each to the node with the most memory left that can take it.
 * What PVE would refuse in the middle of a migration is found here, for every guest, before the first one moves.
 */
export function planEvacuation(
  snapshot: Snapshot,
  node: string,
  wish: EvacuationWish,
  declared: Pick<Spec, 'positions' | 'declaredBy'>,
): Evacuation | Unknown {
  const sorted = sortGuests(snapshot, node, wish);
  if (isUnknown(sorted)) return sorted;
  const { leaving, staying, ofHa } = sorted;
  const targets = onlineMembers(snapshot).filter(
    (name) =>
      name !== node && !wish.beside.includes(name) && (wish.to === undefined || wish.to.includes(name)),
  );
  const free = new Map(targets.map((name) => [name, freeMemory(snapshot, name)]));
  const moves: Move[] = [];
  const ended = [...staying, ...[...leaving, ...ofHa].filter(({ type }) => type === 'container')];
  const refused: Diagnostic[] = [
    ...ofHa.flatMap((guest) => stuckUnderHa(guest, targets, snapshot, declared)),
    ...ended.filter((guest) => isOwn(guest, wish)).map((guest) => ownRefusal(guest, declared)),
  ];
  for (const guest of leaving.toSorted((a, b) => memoryOf(b) - memoryOf(a) || a.vmid - b.vmid)) {
    const found = placeFor(guest, free, snapshot, wish, declared);
    if (typeof found === 'string') {
      moves.push({ vmid: guest.vmid, to: found });
      free.set(found, (free.get(found) ?? 0) - needed(guest));
    } else refused.push(...found.map(orStays));
  }
  return {
    moves: moves.toSorted((a, b) => a.vmid - b.vmid),
    stays: staying.map(({ vmid }) => vmid),
    staysDown: staying
      .filter(({ power }) => power === 'running')
      .flatMap(({ vmid, options }) => (options['onboot'] === '1' ? [] : [vmid])),
    refused,
  };
}

interface Sorted {
  readonly leaving: readonly ActedGuest[];
  readonly staying: readonly ActedGuest[];
  /** Left to HA. */
  readonly ofHa: readonly ActedGuest[];
}

/** The guests of a node that have something to do with its evacuation. */
function sortGuests(
  snapshot: Snapshot,
  node: string,
  { ha, leave, stopped }: EvacuationWish,
): Sorted | Unknown {
  const all = guests(snapshot);
  if (isUnknown(all)) return all;
  const managed = readFile(snapshot, '/etc/pve/ha/manager_status');
  if (isUnknown(managed)) return managed;
  const isHaMoving = ha === 'leave' || isInMaintenance(managerStatus(managed), node);
  const leaving: ActedGuest[] = [];
  const staying: ActedGuest[] = [];
  const ofHa: ActedGuest[] = [];
  for (const { vmid, node: at } of all) {
    if (at !== node) continue;
    const guest = readActedGuest(snapshot, vmid);
    if (guest === undefined) continue;
    if (isUnknown(guest)) return guest;
    if (guest.power === 'stopped' && !stopped) continue;
    if (guest.ha !== undefined && guest.ha.is !== 'error' && isHaMoving) ofHa.push(guest);
    else if (leave === 'all' || leave.includes(vmid)) staying.push(guest);
    else leaving.push(guest);
  }
  return { leaving, staying, ofHa };
}

/** A guest that does not run takes no memory. */
const needed = (guest: ActedGuest): number => (guest.power === 'running' ? memoryOf(guest) : 0);

/** The node with the most memory left of those that can take a guest, or why none can. */
function placeFor(
  guest: ActedGuest,
  free: ReadonlyMap<string, number>,
  snapshot: Snapshot,
  { how, overcommit, beside }: EvacuationWish,
  declared: Pick<Spec, 'positions' | 'declaredBy'>,
): string | readonly Diagnostic[] {
  const byRoom = [...free].toSorted(([a, roomA], [b, roomB]) => roomB - roomA || a.localeCompare(b));
  const reasons: (readonly Diagnostic[])[] = [];
  for (const [target, room] of byRoom) {
    const why = moveRefusals(guest, target, snapshot, how, declared);
    if (why.length > 0) reasons.push(why);
    else if (overcommit || needed(guest) <= room) return target;
    else reasons.push([tooFull(guest, target, room, declared)]);
  }
  return reasons[0] ?? [nowhere(guest, beside, declared)];
}
