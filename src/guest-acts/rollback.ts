import type { Diagnostic } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { checkGuest } from '../modules/snapshot/check-snapshot.ts';
import { refusal } from '../modules/guest/check-place.ts';
import { rollbackStep } from '../modules/snapshot/rollback-step.ts';
import { findSnapshot } from '../modules/snapshot/snapshot-guest.ts';
import type { GuestSnapshot } from '../pve/guest-config-snapshots.ts';
import { currentParent, guestSnapshots } from '../pve/guest-config-snapshots.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { storages } from '../snapshot/storages.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Asked, GuestAct } from './act.ts';
import { refuse } from './act-refusal.ts';
import { actTable } from './act-table.ts';

/** The guest as it was at a snapshot. A VM that was running then, with its memory kept, runs again. */
export const rollback: GuestAct = {
  name: 'rollback',
  ...actTable.rollback,
  draft(asked) {
    const { guest, args, snapshot, wanted } = asked;
    const { name = '' } = args;
    const found = findSnapshot(guest, name);
    if (found === undefined) {
      const names = guestSnapshots(guest.config).map((each) => each.name);
      const hint = names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`;
      return refuse(
        asked,
        'name',
        'snapshot/none',
        `it has no snapshot "${name}"${didYouMean(name, names)}`,
        hint,
      );
    }
    const refused = [...checkGuest(wanted, guest, snapshot), ...checkSnapshot(asked, found)];
    if (refused.length > 0) return fail(...refused);
    const start = args['start'] === '1';
    const runs = start || found.vmstate !== undefined;
    return ok({
      differences: [{ property: 'snapshot', after: name, effect: 'now' }],
      risks: [
        `loses what was written since ${name}${found.time === undefined ? '' : ` (${shownTime(found.time)})`}`,
        ...(guest.power === 'running' ? ['stops it hard first'] : []),
      ],
      steps: [rollbackStep(guest, name, { runs, start })],
    });
  },
};

function checkSnapshot({ guest, wanted, snapshot }: Asked, found: GuestSnapshot): readonly Diagnostic[] {
  const complain = (code: string, what: string, hint?: string): Diagnostic =>
    refusal(wanted, ['name'], code, what, hint);
  const { name, unfinished } = found;
  if (unfinished !== undefined)
    return [complain('snapshot/unfinished', `its snapshot ${name} is unfinished (${unfinished})`)];
  if (currentParent(guest.config) === name) return [];
  const all = storages(snapshot);
  const zfs = isUnknown(all) ? [] : all.filter(({ type }) => type === 'zfspool' || type === 'zfs');
  const disk = Object.values(guest.options).find((text) => zfs.some(({ id }) => text.startsWith(`${id}:`)));
  if (disk === undefined) return [];
  return [
    complain(
      'snapshot/not-latest',
      `${name} is not its latest snapshot, and ZFS goes back to that one only (${disk.split(',')[0] ?? ''})`,
      'Remove the later ones first.',
    ),
  ];
}

function shownTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
