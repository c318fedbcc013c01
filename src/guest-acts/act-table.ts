import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { signs } from '../modules/guest/wait-step.ts';
import type { ArgumentRow } from '../modules/argument-row.ts';
import type { ActWords } from './act.ts';
import {
  age,
  archiveVolume,
  diskSlot,
  dnsName,
  nodeName,
  pruneRule,
  snapshotName,
  snapshotPrefix,
  stamp,
  storageId,
  storageMap,
} from './text-forms.ts';

export const WAIT_SECONDS = 300;
export const MOVES_AT_ONCE = 2;

/** A guest is waited for only when somebody asks, and with a time of its own. */
const waits: readonly ArgumentRow[] = [
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

const shutdownTimeout: ArgumentRow = {
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
  reassign: {
    summary: 'Give a disk to another guest',
    args: [
      {
        name: 'disk',
        type: 'text',
        required: true,
        form: diskSlot,
        value: 'SLOT',
        help: 'which disk: scsi1, mp0, unused0; one that is in use only while its guest is stopped',
      },
      {
        name: 'target-vmid',
        type: 'number',
        required: true,
        minimum: 100,
        maximum: 999_999_999,
        value: 'VMID',
        help: 'guest that gets it, of the same kind and on the same node',
      },
      {
        name: 'target-disk',
        type: 'text',
        form: diskSlot,
        value: 'SLOT',
        help: 'slot that it gets there, which must be free; the same unless said',
      },
    ],
  },
  backup: {
    summary: 'Back guests up',
    args: [
      {
        name: 'storage',
        type: 'text',
        required: true,
        form: storageId,
        value: 'STORAGE',
        help: 'where the archives go; its content must have backup',
      },
      {
        name: 'mode',
        type: 'text',
        choices: ['snapshot', 'suspend', 'stop'],
        value: 'MODE',
        help: 'snapshot unless said; suspend pauses a guest, stop shuts it down for the time',
      },
      {
        name: 'compress',
        type: 'text',
        choices: ['0', 'gzip', 'lzo', 'zstd'],
        value: 'HOW',
        help: 'zstd unless said; 0 is not at all',
      },
      {
        name: 'notes-template',
        type: 'text',
        value: 'TEXT',
        help: 'notes of the archive, with {{guestname}}, {{vmid}}, {{node}}, {{cluster}}',
      },
      { name: 'protected', type: 'switch', help: 'protect the archive from being pruned or removed' },
      {
        name: 'prune-backups',
        type: 'text',
        form: pruneRule,
        value: 'RULE',
        help: 'then remove older archives of the guest there, all but these: keep-last=3,keep-weekly=4',
      },
      { name: 'remove', type: 'switch', help: "the same, by the storage's own rule" },
      {
        name: 'bwlimit',
        type: 'number',
        minimum: 0,
        value: 'KIB',
        help: 'KiB a second at most',
      },
    ],
  },
  clone: {
    summary: 'Clone a guest or a template',
    args: [
      {
        name: 'newid',
        type: 'number',
        required: true,
        minimum: 100,
        maximum: 999_999_999,
        value: 'VMID',
        help: 'VMID of the clone',
      },
      { name: 'name', type: 'text', form: dnsName, value: 'NAME', help: 'its name' },
      {
        name: 'full',
        type: 'switch',
        help: 'copy the disks of a template; without it they are linked. What is no template is copied always',
      },
      {
        name: 'target',
        type: 'text',
        form: nodeName,
        value: 'NODE',
        help: 'PVE node to make it on; wants disks on shared storages',
      },
      { name: 'storage', type: 'text', form: storageId, value: 'STORAGE', help: 'where its disks go' },
      {
        name: 'format',
        type: 'text',
        choices: ['raw', 'qcow2', 'vmdk'],
        value: 'FORMAT',
        help: 'format of its disks, on storages of files',
      },
      {
        name: 'snapname',
        type: 'text',
        form: snapshotName,
        value: 'NAME',
        help: 'of that snapshot, not of the guest as it is',
      },
      { name: 'pool', type: 'text', value: 'POOL', help: 'pool to put it in' },
      { name: 'description', type: 'text', value: 'TEXT', help: 'its description' },
      { name: 'start', type: 'switch', help: 'start it then' },
      ...waits,
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

/** The words of restoring, which is for guests that may not be there. */
export const restoreWords: ActWords = {
  summary: 'Restore a guest from an archive',
  args: [
    {
      name: 'archive',
      type: 'text',
      required: true,
      form: archiveVolume,
      value: 'ARCHIVE',
      help: 'as in nas:backup/vzdump-qemu-100-2026_11_29-01_00_00.vma.zst, or pbs:backup/vm/100/...',
    },
    {
      name: 'node',
      type: 'text',
      form: nodeName,
      value: 'NODE',
      help: 'PVE node to restore it on, when it is not there',
    },
    {
      name: 'storage',
      type: 'text',
      form: storageId,
      value: 'STORAGE',
      help: 'where its disks go; as the archive has it unless said',
    },
    {
      name: 'force',
      type: 'switch',
      help: 'in the place of the guest that has this VMID, whose disks are destroyed; wants --allow-destroy too',
    },
    { name: 'unique', type: 'switch', help: 'new MAC addresses and ids; they are kept unless said' },
    { name: 'pool', type: 'text', value: 'POOL', help: 'pool to put it in' },
    { name: 'bwlimit', type: 'number', minimum: 0, value: 'KIB', help: 'KiB a second at most' },
    { name: 'start', type: 'switch', help: 'start it then' },
    ...waits,
  ],
};
