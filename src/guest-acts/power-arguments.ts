import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import type { DraftStep } from '../modules/guest/power-step.ts';
import type { Sign } from '../modules/guest/wait-step.ts';
import { gives, signs, waitStep } from '../modules/guest/wait-step.ts';
import type { ActArgument, Asked } from './act.ts';

const WAIT_SECONDS = 300;

/** A guest is waited for only when somebody asks, and with a time of its own. */
export const waitArguments: readonly ActArgument[] = [
  {
    name: 'wait_for',
    type: 'text',
    choices: signs,
    value: 'SIGN',
    help: 'then wait until its agent answers, it has an IP address, or its SSH server answers',
  },
  {
    name: 'wait_timeout',
    type: 'number',
    minimum: 1,
    maximum: 86_400,
    value: 'SECONDS',
    help: `how long that may take (default: ${WAIT_SECONDS})`,
  },
];

/** The step that waits for the sign that was asked for. */
export function waitSteps({ guest, args }: Asked, node = guest.node): readonly DraftStep[] {
  const sign = signs.find((each): each is Sign => each === args['wait_for']);
  if (sign === undefined) return [];
  const seconds = Number(args['wait_timeout'] ?? WAIT_SECONDS);
  return [waitStep(guest, node, 'running', gives(sign, guest), seconds)];
}

export const shutdownTimeout: ActArgument = {
  name: 'timeout',
  type: 'number',
  minimum: 1,
  maximum: 86_400,
  value: 'SECONDS',
  help: `how long its shutdown may take (default: ${SHUTDOWN_SECONDS})`,
};
