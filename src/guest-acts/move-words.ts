import type { ActWords } from './act.ts';
import { MOVES_AT_ONCE, shutdownTimeout } from './shared-arguments.ts';
import { diskSlot, nodeName, storageMap } from './text-forms.ts';

/** The words of acts that move a guest, or a disk of it. */
export const moveWords = {
  migrate: {
    summary: 'Move guests to another node',
    example: 'migrate: { vmid: 103, target: pve2, online: yes, with-local-disks: yes }',
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
    ofOne: true,
    example: 'reassign: { vmid: 102, disk: scsi1, target-vmid: 101 }',
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
} as const satisfies Readonly<Record<string, ActWords>>;
