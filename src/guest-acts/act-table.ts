import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { signs } from '../modules/guest/wait-step.ts';
import type { ActArgument, ActWords } from './act.ts';
import { age, nodeName, snapshotName, snapshotPrefix, stamp, storageId, storageMap } from './text-forms.ts';

export const WAIT_SECONDS = 300;
export const MOVES_AT_ONCE = 2;

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
  migrate: {
    summary: 'Move guests to another node',
    args: [
      {
        name: 'target',
        type: 'text',
        required: true,
        form: nodeName,
        value: 'NODE',
        help: 'PVE node to move them to',
      },
      { name: 'online', type: 'switch', help: 'move VMs that run while they run' },
      { name: 'restart', type: 'switch', help: 'shut containers that run down, move and start them' },
      shutdownTimeout,
      { name: 'with-local-disks', type: 'switch', help: 'copy local disks of VMs that run, too' },
      {
        name: 'target-storage',
        type: 'text',
        form: storageMap,
        value: 'MAP',
        help: 'where local disks go: STORAGE, or FROM:TO,FROM:TO; the same storage unless said',
      },
      {
        name: 'at_once',
        type: 'number',
        minimum: 1,
        maximum: 32,
        value: 'N',
        help: `guests that leave a node at the same time; ${MOVES_AT_ONCE} unless said`,
      },
    ],
  },
  rollback: {
    summary: 'Roll guests back to a snapshot',
    args: [
      {
        name: 'name',
        type: 'text',
        required: true,
        form: snapshotName,
        value: 'NAME',
        help: 'the snapshot',
      },
      {
        name: 'start',
        type: 'switch',
        help: 'start it then; a VM whose memory the snapshot has runs in any case',
      },
    ],
  },
  auto_snapshot: {
    summary: 'Take snapshots with the time in their names, and remove old ones',
    args: [
      {
        name: 'prefix',
        type: 'text',
        form: snapshotPrefix,
        value: 'WORD',
        help: 'what their names begin with; auto unless said',
      },
      {
        name: 'at',
        type: 'text',
        required: true,
        form: stamp,
        value: 'TIME',
        help: 'the time in the name, as in 20261129T1200 (UTC)',
      },
      {
        name: 'keep',
        type: 'number',
        minimum: 1,
        value: 'N',
        help: 'remove those of that prefix that are more than this, the oldest first',
      },
      {
        name: 'max_age',
        type: 'text',
        form: age,
        value: 'TIME',
        help: 'remove those of that prefix that are older than this: 30m, 12h, 14d, 2w',
      },
      { name: 'vmstate', type: 'switch', help: 'keep the memory of VMs that run, too' },
    ],
  },
} as const satisfies Readonly<Record<string, ActWords>>;
