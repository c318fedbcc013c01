import type { DraftStep, GuestAt } from '../modules/guest/power-step.ts';
import type { Sign } from '../modules/guest/wait-step.ts';
import { gives, signs, waitStep } from '../modules/guest/wait-step.ts';
import type { ActArguments } from './act.ts';
import { WAIT_SECONDS } from './shared-arguments.ts';

/** The step that waits for the sign that was asked for. */
export function waitSteps(guest: GuestAt, args: ActArguments): readonly DraftStep[] {
  const sign = signs.find((each): each is Sign => each === args['wait_for']);
  if (sign === undefined) return [];
  const seconds = Number(args['wait_timeout'] ?? WAIT_SECONDS);
  return [waitStep(guest, guest.node, 'running', gives(sign, guest), seconds)];
}
