import { fail, ok } from '../diagnostic.ts';
import { haStopSteps } from '../modules/guest/ha-step.ts';
import { stopStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals } from './act-refusal.ts';
import { becomes } from './power-difference.ts';

/** As pulling the plug. */
export const stop: GuestAct = {
  name: 'stop',
  ...actTable.stop,
  draft(asked) {
    const { guest } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    if (guest.power === 'stopped') return ok({ differences: [], risks: [], steps: [] });
    return ok({
      differences: [becomes(guest, 'stopped')],
      risks: ['stops it hard: what it has not written is lost'],
      steps: guest.ha === undefined ? [stopStep(guest)] : haStopSteps(guest, guest.ha, 0),
    });
  },
};
