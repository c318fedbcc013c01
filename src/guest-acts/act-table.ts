import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { signs } from '../modules/guest/wait-step.ts';
import type { ActArgument, ActWords } from './act.ts';
import { storageId } from './text-forms.ts';

export const WAIT_SECONDS = 300;

/** A guest is waited for only when somebody asks, and with a time of its own. */
const waits: readonly ActArgument[] = [
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

const shutdownTimeout: ActArgument = {
  name: 'timeout',
  flag: 'shutdown-timeout',
  type: 'number',
  minimum: 1,
  maximum: 86_400,
  value: 'SECONDS',
  help: `how long its shutdown may take; ${SHUTDOWN_SECONDS} unless said`,
};

/** The acts' words, apart from what they do: a help page loads no more than this. */
export const actTable = {
  start: { summary: 'Start guests', args: waits },
  shutdown: {
    summary: 'Shut guests down',
    args: [
      shutdownTimeout,
      { name: 'forceStop', type: 'switch', help: 'stop it hard when the shutdown takes longer than that' },
    ],
  },
  stop: { summary: 'Stop guests hard', args: [] },
  reboot: {
    summary: 'Reboot guests, which applies what is pending',
    args: [shutdownTimeout, ...waits],
  },
  suspend: { summary: 'Pause guests, which stay in memory', args: [] },
  hibernate: {
    summary: 'Suspend VMs to disk',
    args: [
      {
        name: 'statestorage',
        type: 'text',
        form: storageId,
        value: 'STORAGE',
        help: 'where its memory goes; its vmstatestorage, or a storage of its disks, unless said',
      },
    ],
  },
  resume: { summary: 'Resume guests that are paused or hibernated', args: waits },
} as const satisfies Readonly<Record<string, ActWords>>;

export type ActName = keyof typeof actTable;
