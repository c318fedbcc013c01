import type { Diagnostic } from '../diagnostic.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import { actPlanner } from './act-planner.ts';
import type { ActedGuest } from './acted-guest.ts';
import { memoryOf } from './free-memory.ts';
import { migrate } from './migrate.ts';

/** Whether this program runs in the guest: it has a network card of the guest's. */
export function isOwn(
  { options }: ActedGuest,
  { ownMacs }: { readonly ownMacs: readonly string[] },
): boolean {
  const cards = Object.entries(options).flatMap(([option, text]) => (/^net\d+$/u.test(option) ? [text] : []));
  return cards.some((card) => ownMacs.some((mac) => card.toUpperCase().includes(mac)));
}

/** Why the guest that this program runs in is not shut down. */
export function ownRefusal(guest: ActedGuest, declared: Pick<Spec, 'positions'>): Diagnostic {
  const hint =
    'Run it from elsewhere; a VM of a node may do it when it need not stay there, as it moves while it runs.';
  return complain(
    guest,
    'pvefleet itself runs in it, and would be ended in the middle of this; a guest that goes on running is wanted',
    hint,
    declared,
  );
}

/** HA moves a container by a restart, and copies local disks (pve-ha-manager, PVE/HA/Resources/PVEVM.pm). */
const AS_HA_MOVES = { online: true, restart: true, 'with-local-disks': true };

/**
 * Why HA can move a guest to none of these nodes: the maintenance of its node would never be reached. It goes back later,
 * so a rule that prefers its node is no reason.
 */
export function stuckUnderHa(
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

/** Why a guest does not go to a node with so much memory left (`room`, bytes). */
export function tooFull(
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

/** Why a guest can go nowhere: no node is left for it, `beside` being emptied too. */
export function nowhere(
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

/** With the way out that is there for each guest that is not under HA. */
export const orStays = (refused: Diagnostic): Diagnostic => ({
  ...refused,
  hint: `${refused.hint ?? 'Mend that.'} Or let it stay, and go down with the node: name it in "leave", which the playbooks that come along call "stay".`,
});
