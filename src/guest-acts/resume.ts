import { fail, ok } from '../diagnostic.ts';
import { resumeStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals, refuse } from './act-refusal.ts';
import { waitSteps } from './wait-steps.ts';
import { start } from './start.ts';

/** A hibernated VM is started; a guest that is in memory goes on, paused or not. */
export const resume: GuestAct = {
  name: 'resume',
  ...actTable.resume,
  throughLocks: ['suspended'],
  draft(asked) {
    const { guest } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    if (guest.options['lock'] === 'suspended') return start.draft(asked);
    if (guest.power === 'stopped')
      return refuse(
        asked,
        '',
        'guest/stopped',
        'it is stopped, and not hibernated; a suspended guest is wanted',
        'Start it instead.',
      );
    return ok({ differences: [], risks: [], steps: [resumeStep(guest), ...waitSteps(guest, asked.args)] });
  },
};
