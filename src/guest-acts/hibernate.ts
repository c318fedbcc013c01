import { fail, ok } from '../diagnostic.ts';
import { checkStorage } from '../modules/guest/check-place.ts';
import { hibernateStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals, refuse } from './act-refusal.ts';
import { becomes } from './power-difference.ts';

/** Memory goes to a disk, the VM stops and is locked (suspended) until it is started again. HA would start it at once. */
export const hibernate: GuestAct = {
  name: 'hibernate',
  ...actTable.hibernate,
  only: 'vm',
  throughLocks: ['suspended'],
  draft(asked) {
    const { guest, args, snapshot, wanted } = asked;
    const refused = powerRefusals(asked);
    const storage = args['statestorage'];
    if (storage !== undefined)
      refused.push(...checkStorage(wanted, ['statestorage'], snapshot, guest.node, storage, 'images'));
    if (refused.length > 0) return fail(...refused);
    if (guest.options['lock'] === 'suspended') return ok({ differences: [], risks: [], steps: [] });
    if (guest.power === 'stopped')
      return refuse(asked, '', 'guest/stopped', 'it is stopped; a running VM is wanted');
    if (guest.ha !== undefined)
      return refuse(
        asked,
        '',
        'guest/ha',
        'it is managed by HA, which would start it again at once',
        `Take it out of HA first: ha-manager set ${guest.ha.sid} --state ignored`,
      );
    return ok({
      differences: [becomes(guest, 'stopped')],
      risks: [],
      steps: [hibernateStep(guest, storage)],
    });
  },
};
