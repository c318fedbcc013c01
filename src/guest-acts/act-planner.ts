import { address } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { lockHint } from '../modules/guest/guest-refusals.ts';
import { checkNode, refusal } from '../modules/guest/check-place.ts';
import type { Drafted, Planner } from '../plan/planner.ts';
import { unknownState } from '../plan/plan-refusals.ts';
import { findGuest } from '../snapshot/guests.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { GuestAct } from './act.ts';
import type { ActedGuest } from './acted-guest.ts';
import { labelOf, readActedGuest } from './acted-guest.ts';
import { parseAct, vmidArgument } from './parse-act.ts';

/** Plans an act on a guest that is there. */
export function actPlanner(act: GuestAct): Planner {
  return {
    kind: act.name,
    knows: (argument) => [vmidArgument, ...act.args].some(({ name }) => name === argument),
    parse: (spec, cluster) => parseAct(act, spec, cluster),
    claims: ({ words }) => act.claims?.(words) ?? [],
    refs: () => [],
    place(wanted, snapshot) {
      const guest = findGuest(snapshot, Number(wanted.words['vmid']));
      return guest === undefined || isUnknown(guest) ? undefined : guest.node;
    },
    draft(wanted, snapshot, options) {
      const vmid = Number(wanted.words['vmid']);
      const guest = readActedGuest(snapshot, vmid);
      if (isUnknown(guest)) return fail(unknownState(wanted, guest.unknown));
      const about = { ...wanted, address: guest?.address ?? address('guest', vmid, snapshot.cluster) };
      if (guest === undefined) {
        const hint = 'See: pvefleet ls guests';
        return fail(
          refusal(about, ['vmid'], 'guest/none', `no guest of ${snapshot.cluster} has this VMID`, hint),
        );
      }
      const hindered = [...checkNode(about, snapshot, guest.node), ...hindrances(act, guest, about)];
      if (hindered.length > 0) return fail(...hindered);
      const drafted = act.draft({ guest, args: wanted.words, snapshot, wanted: about, options });
      if (!drafted.ok) return drafted;
      const digest = snapshot.digests[guest.path];
      const draft: Drafted = {
        address: guest.address,
        action: 'update',
        title: guest.title,
        node: guest.node,
        digests: digest === undefined ? {} : { [guest.path]: digest },
        ...drafted.value,
      };
      return ok(draft, drafted.warnings) satisfies Result<Drafted>;
    },
  };
}

/** What stands against any act. A locked guest is never touched, and a lock is never broken. */
function hindrances(
  act: GuestAct,
  guest: ActedGuest,
  wanted: Parameters<typeof refusal>[0],
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (act.only !== undefined && act.only !== guest.type)
    found.push(
      refusal(
        wanted,
        [],
        'guest/not-for-kind',
        `it is a ${labelOf(guest)}, and "${act.name}" is for ${act.only === 'vm' ? 'VMs' : 'containers'} only`,
      ),
    );
  const { lock } = guest.options;
  if (lock !== undefined && act.throughLocks?.includes(lock) !== true)
    found.push(
      refusal(
        wanted,
        [],
        'guest/locked',
        `it is locked (${lock})`,
        lockHint(lock, guest.type === 'vm' ? 'qm' : 'pct', guest),
      ),
    );
  return found;
}
