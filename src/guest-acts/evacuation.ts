import type { Diagnostic } from '../diagnostic.ts';
import { isInMaintenance, managerStatus } from '../pve/ha-maintenance.ts';
import { readFile } from '../snapshot/files.ts';
import { guests } from '../snapshot/guests.ts';
import { onlineMembers } from '../snapshot/members.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import { actPlanner } from './act-planner.ts';
import type { ActedGuest } from './acted-guest.ts';
import { readActedGuest } from './acted-guest.ts';
import { freeMemory, memoryOf } from './free-memory.ts';
import { migrate } from './migrate.ts';

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
  const all = guests(snapshot);
  if (isUnknown(all)) return all;
  const managed = readFile(snapshot, '/etc/pve/ha/manager_status');
  if (isUnknown(managed)) return managed;
  const isHaMoving = wish.ha === 'leave' || isInMaintenance(managerStatus(managed), node);
  const leaving: ActedGuest[] = [];
  const staying: ActedGuest[] = [];
  const ofHa: ActedGuest[] = [];
  for (const { vmid, node: at } of all) {
    if (at !== node) continue;
    const guest = readActedGuest(snapshot, vmid);
    if (guest === undefined) continue;
    if (isUnknown(guest)) return guest;
    if (guest.power === 'stopped' && !wish.stopped) continue;
    if (guest.ha !== undefined && guest.ha.is !== 'error' && isHaMoving) ofHa.push(guest);
    else if (wish.leave === 'all' || wish.leave.includes(vmid)) staying.push(guest);
    else leaving.push(guest);
  }
  const targets = onlineMembers(snapshot).filter(
    (name) =>
      name !== node && !wish.beside.includes(name) && (wish.to === undefined || wish.to.includes(name)),
  );
  const free = new Map(targets.map((name) => [name, freeMemory(snapshot, name)]));
  const moves: Move[] = [];
  const refused: Diagnostic[] = ofHa.flatMap((guest) => stuckUnderHa(guest, targets, snapshot, declared));
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
    staysDown: staying.flatMap(({ vmid, options }) => (options['onboot'] === '1' ? [] : [vmid])),
    refused,
  };
}

const orStays = (refused: Diagnostic): Diagnostic => ({
  ...refused,
  hint: `${refused.hint ?? 'Mend that.'} Or let it stay, and go down with the node: name it in "leave", which the playbooks that come along call "stay".`,
});

/** HA moves a container by a restart, and copies local disks (pve-ha-manager, PVE/HA/Resources/PVEVM.pm). */
const AS_HA_MOVES = { online: true, restart: true, 'with-local-disks': true };

/**
 * Why HA can move a guest to none of these nodes: the maintenance of its node would never be reached. It goes back later,
 * so a rule that prefers its node is no reason.
 */
function stuckUnderHa(
  guest: ActedGuest,
  targets: readonly string[],
  snapshot: Snapshot,
  declared: Pick<Spec, 'positions' | 'declaredBy'>,
): readonly Diagnostic[] {
  if (guest.power !== 'running') return [];
  const reasons = targets.map((target) =>
    moveRefusals(guest, target, snapshot, AS_HA_MOVES, declared).filter(
      ({ code }) => code !== 'guest/ha-back',
    ),
  );
  if (reasons.some((why) => why.length === 0)) return [];
  const why = reasons[0] ?? [nowhere(guest, [], declared)];
  const sid = guest.ha?.sid ?? '';
  return why.map((each) => ({
    ...each,
    hint: `HA can't move it either, and the node would never be in maintenance. Let HA leave it alone meanwhile: ha-manager set ${sid} --state ignored`,
  }));
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

/** Why a guest can't be moved to that node as it is asked for; empty: it can. */
export function moveRefusals(
  { vmid }: Pick<ActedGuest, 'vmid'>,
  target: string,
  snapshot: Snapshot,
  how: Readonly<Record<string, unknown>>,
  declared: Pick<Spec, 'positions' | 'declaredBy'>,
): readonly Diagnostic[] {
  const planner = actPlanner(migrate);
  const args = { ...how, vmid, target };
  const wanted = planner.parse({ kind: migrate.name, args, ...declared }, snapshot.cluster);
  if (!wanted.ok) return wanted.diagnostics;
  const drafted = planner.draft(wanted.value, snapshot, { allowDestroy: false });
  return drafted.ok ? [] : drafted.diagnostics;
}

const MIB = 1_048_576;

function tooFull(
  guest: ActedGuest,
  target: string,
  room: number,
  declared: Pick<Spec, 'positions'>,
): Diagnostic {
  const left = `${target} has the most memory left, ${Math.max(0, Math.floor(room / MIB))} MiB`;
  return complain(
    guest,
    `it has ${Math.ceil(memoryOf(guest) / MIB)} MiB of memory, and ${left}; a node that has room for it is wanted`,
    'Shut something down, or say "overcommit: true".',
    declared,
  );
}

function nowhere(
  guest: ActedGuest,
  beside: readonly string[],
  declared: Pick<Spec, 'positions'>,
): Diagnostic {
  const also =
    beside.length === 0
      ? ''
      : `, as ${beside.join(', ')} ${beside.length === 1 ? 'is' : 'are'} emptied at the same time`;
  const what = `no other node may take it${also}; one that is online and named in "to" is wanted`;
  const hint =
    beside.length === 0
      ? 'See: pvefleet ls nodes'
      : 'Empty them one after the other ("serial: 1"), or fewer of them.';
  return complain(guest, what, hint, declared);
}

function complain(
  { vmid, type, cluster }: ActedGuest,
  what: string,
  hint: string,
  { positions }: Pick<Spec, 'positions'>,
): Diagnostic {
  const at = positions[''];
  return {
    code: 'evacuate/no-place',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot move ${type}/${vmid}@${cluster} away: ${what}`,
    hint,
    ...(at && { at }),
  };
}
