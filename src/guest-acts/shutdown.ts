import { fail, ok } from '../diagnostic.ts';
import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { haStopSteps } from '../modules/guest/ha-step.ts';
import { shutdownStep } from '../modules/guest/power-step.ts';
import type { GuestAct } from './act.ts';
import { actTable } from './act-table.ts';
import { powerRefusals, refuse } from './act-refusal.ts';
import { becomes } from './power-difference.ts';

/** HA stops a VM hard when its time is over, and asks nobody: it is done only with that consent (pitfall 9). */
export const shutdown: GuestAct = {
  name: 'shutdown',
  ...actTable.shutdown,
  draft(asked) {
    const { guest, args } = asked;
    const refused = powerRefusals(asked);
    if (refused.length > 0) return fail(...refused);
    if (guest.power === 'stopped') return ok({ differences: [], risks: [], steps: [] });
    const seconds = Number(args['timeout'] ?? SHUTDOWN_SECONDS);
    const forces = args['forceStop'] === '1';
    const isHardUnderHa = guest.ha !== undefined && guest.type === 'vm';
    if (isHardUnderHa && !forces)
      return refuse(
        asked,
        '',
        'guest/ha-hard-stop',
        `HA stops it hard when it is not down after ${seconds} s; consent to that is wanted`,
        'Say forceStop: yes (--force-stop), with a "timeout" (--shutdown-timeout) that is long enough.',
      );
    return ok({
      differences: [becomes(guest, 'stopped')],
      risks: forces ? [`hard stop after ${seconds} s`] : [],
      steps:
        guest.ha === undefined
          ? [shutdownStep(guest, seconds, forces)]
          : haStopSteps(guest, guest.ha, seconds),
    });
  },
};
