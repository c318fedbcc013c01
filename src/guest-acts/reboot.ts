import { fail, ok } from '../diagnostic.ts';
import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { rebootStep } from '../modules/guest/power-step.ts';
import { restartedStep } from '../modules/guest/wait-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals, refuse } from './act-refusal.ts';
import { waitSteps } from './wait-steps.ts';

/** Seconds that qmeventd and the VM's start may take. */
const START_AGAIN_SECONDS = 120;

/** A clean shutdown and a start: what is pending is applied. HA doesn't mind: the guest is down for a moment only. */
export const reboot: GuestAct = {
  name: 'reboot',
  ...actTable.reboot,
  draft(asked) {
    const { guest, args } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    if (guest.power === 'stopped')
      return refuse(
        asked,
        '',
        'guest/stopped',
        'it is stopped; a running guest is wanted',
        'Start it, or leave it out.',
      );
    const seconds = Number(args['timeout'] ?? SHUTDOWN_SECONDS);
    return ok({
      differences: [],
      // PVE kills a container that is not down in time (pve-container PVE/LXC.pm vm_reboot), and no VM.
      risks: [guest.type === 'vm' ? 'restarts it' : `restarts it; hard stop after ${seconds} s`],
      steps: [
        rebootStep(guest, seconds),
        ...(guest.type === 'vm' ? [restartedStep(guest, START_AGAIN_SECONDS)] : []),
        ...waitSteps(guest, asked.args),
      ],
    });
  },
};
