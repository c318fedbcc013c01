import { fail, ok } from '../diagnostic.ts';
import type { Difference } from '../plan/plan.ts';
import { checkDisks, checkGuest } from '../modules/snapshot/check-snapshot.ts';
import { removeStep, takeStep } from '../modules/snapshot/snapshot-step.ts';
import { snapshotNames } from '../pve/guest-config.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { readAge, readStamp } from './text-forms.ts';

/**
 * A snapshot with the time in its name, as cron takes it, then those of that prefix are removed that are too many or too
 * old. The removals come after it and only if it was taken, so a guest is never left with fewer than were asked for.
 */
export const autoSnapshot: GuestAct = {
  name: 'auto_snapshot',
  ...actTable.auto_snapshot,
  draft({ guest, args, snapshot, wanted }) {
    const { prefix = 'auto', at = '' } = args;
    const name = `${prefix}-${at}`;
    const names = snapshotNames(guest.config);
    const isThere = names.includes(name);
    const old = outdated([...new Set([...names, name])], prefix, at, args);
    const refused = isThere && old.length === 0 ? [] : [...checkGuest(wanted, guest, snapshot)];
    if (!isThere) refused.push(...checkDisks(wanted, guest, snapshot));
    if (refused.length > 0) return fail(...refused);
    const vmstate = args['vmstate'] === '1' && guest.type === 'vm' && guest.power === 'running';
    const taken: Difference = { property: 'snapshot', after: name, effect: 'now' };
    return ok({
      differences: [
        ...(isThere ? [] : [taken]),
        ...old.map((each): Difference => ({ property: 'snapshot', before: each, effect: 'now' })),
      ],
      risks: [],
      steps: [
        ...(isThere ? [] : [takeStep(guest, { name, vmstate })]),
        ...old.map((each) => removeStep(guest, each)),
      ],
    });
  },
};

/** Of the snapshots of that prefix, those that are beyond the count or the age, the oldest first; never the newest. */
function outdated(
  names: readonly string[],
  prefix: string,
  at: string,
  { keep, max_age: age }: Readonly<Record<string, string>>,
): readonly string[] {
  const own = names
    .filter((name) => name.startsWith(`${prefix}-`) && readStamp(name.slice(prefix.length + 1)) !== undefined)
    .toSorted()
    .toReversed();
  const oldest = (readStamp(at) ?? 0) - (age === undefined ? Infinity : (readAge(age) ?? Infinity));
  return own
    .filter((name, index) => {
      const isTooMany = keep !== undefined && index >= Number(keep);
      const isTooOld = (readStamp(name.slice(prefix.length + 1)) ?? 0) < oldest;
      return index > 0 && (isTooMany || isTooOld);
    })
    .toReversed();
}
