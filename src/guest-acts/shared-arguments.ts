import type { ArgumentRow } from '../modules/argument-row.ts';
import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { signs } from '../modules/guest/wait-step.ts';

export const WAIT_SECONDS = 300;
export const MOVES_AT_ONCE = 2;

/** A guest is waited for only when somebody asks, and with a time of its own. */
export const waits: readonly ArgumentRow[] = [
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
    help: `how long that may take; ${WAIT_SECONDS} unless said`,
  },
];

export const shutdownTimeout: ArgumentRow = {
  name: 'timeout',
  flag: 'shutdown-timeout',
  type: 'number',
  minimum: 1,
  maximum: 86_400,
  value: 'SECONDS',
  help: `how long its shutdown may take; ${SHUTDOWN_SECONDS} unless said`,
};
