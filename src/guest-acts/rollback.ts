import type { Diagnostic } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { checkGuest } from '../modules/snapshot/check-snapshot.ts';
import { refusal } from '../modules/guest/check-place.ts';
import { rollbackStep } from '../modules/snapshot/rollback-step.ts';
import { findSnapshot } from '../modules/snapshot/snapshot-guest.ts';
import type { GuestSnapshot } from '../pve/guest-config-snapshots.ts';
import { currentParent, guestSnapshots } from '../pve/guest-config-snapshots.ts';
import { onlyNewest } from '../snapshot/snapshot-feature.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Asked, GuestAct } from './act.ts';
import { refuse } from './act-refusal.ts';
import { actTable } from './act-table.ts';
import { guestVolumes } from './guest-volumes.ts';

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
  const { name, unfinished } = found;
  const complain = (code: string, what: string, hint?: string): Diagnostic =>
    refusal(wanted, ['name'], code, what, hint);
  if (unfinished !== undefined)
    return [complain('snapshot/unfinished', `its snapshot ${name} is unfinished (${unfinished})`)];
  const isLatest = currentParent(guest.config) === name;
  const disk = guestVolumes(guest, snapshot).find(({ volume }) => onlyNewest(snapshot, volume));
  return [
    ...(guest.ha?.state === 'started'
      ? [
          complain(
            'guest/ha',
            'it is managed by HA, which would start it in the middle of it',
            `Shut it down by HA first: pvefleet shutdown ${guest.vmid} --force-stop`,
          ),
        ]
      : []),
    ...(isLatest || disk === undefined
      ? []
      : [
          complain(
            'snapshot/not-latest',
            `${name} is not its latest snapshot, and the storage of ${disk.volume} goes back to that one only`,
            'Remove the later ones first.',
          ),
        ]),
  ];
}

function shownTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
