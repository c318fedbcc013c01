import { fail, ok } from '../diagnostic.ts';
import { haStartSteps } from '../modules/guest/ha-step.ts';
import { startStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals } from './act-refusal.ts';
import { waitSteps } from './wait-steps.ts';
import { becomes } from './power-difference.ts';

/** A hibernated VM resumes where it was; a guest under HA is started by HA. */
export const start: GuestAct = {
  name: 'start',
  ...actTable.start,
  throughLocks: ['suspended'],
  draft(asked) {
    const { guest } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    const waiting = waitSteps(guest, asked.args);
    if (guest.power === 'running')
      return ok({ differences: [], risks: [], steps: waiting, ...(waiting.length > 0 && { waits: true }) });
    const begin = guest.ha === undefined ? [startStep(guest)] : haStartSteps(guest, guest.ha.sid);
    return ok({
      differences: [becomes(guest, 'running')],
      risks: [],
      steps: [...begin, ...waiting],
    });
  },
};
