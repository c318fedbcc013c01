import { fail, ok } from '../diagnostic.ts';
import { suspendStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals, refuse } from './act-refusal.ts';

/** Whether it is paused already can't be read from files (a paused guest looks like one that runs), so it is asked anew. */
export const suspend: GuestAct = {
  name: 'suspend',
  ...actTable.suspend,
  draft(asked) {
    const { guest } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    if (guest.power === 'stopped')
      return refuse(asked, '', 'guest/stopped', 'it is stopped; a running guest is wanted');
    return ok({
      differences: [],
      risks: ['it stands still until it is resumed'],
      steps: [suspendStep(guest)],
    });
  },
};
