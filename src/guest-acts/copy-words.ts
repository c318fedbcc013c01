import type { ActWords } from './act.ts';
import { waits } from './shared-arguments.ts';
import { archiveVolume, dnsName, nodeName, pruneRule, snapshotName, storageId } from './text-forms.ts';

/** The words of acts that make a copy of a guest. */
export const copyWords = {
  backup: {
    summary: 'Back guests up',
    example: 'backup: { vmid: 100, storage: local, mode: snapshot }',
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
    ofOne: true,
    example: 'clone: { vmid: 102, newid: 120, name: web-2 }',
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
} as const satisfies Readonly<Record<string, ActWords>>;

/** The words of restoring, which is for guests that may not be there. */
export const restoreWords: ActWords = {
  summary: 'Restore a guest from an archive',
  example:
    'restore: { vmid: 130, node: pve1, archive: "local:backup/vzdump-qemu-130-2026_11_29-01_00_00.vma.zst" }',
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
