import type { ActWords } from './act.ts';
import { shutdownTimeout, waits } from './shared-arguments.ts';
import { storageId } from './text-forms.ts';

/** The words of acts on the power of a guest. */
export const powerWords = {
  start: { summary: 'Start guests', example: 'start: { vmid: 101 }', args: waits },
  shutdown: {
    summary: 'Shut guests down',
    example: 'shutdown: { vmid: 200, timeout: 120 }',
    args: [
      shutdownTimeout,
      { name: 'forceStop', type: 'switch', help: 'stop it hard when the shutdown takes longer than that' },
    ],
  },
  stop: { summary: 'Stop guests hard', example: 'stop: { vmid: 101 }', args: [] },
  reboot: {
    summary: 'Reboot guests, which applies what is pending',
    example: 'reboot: { vmid: 100, timeout: 120 }',
    args: [shutdownTimeout, ...waits],
  },
  suspend: { summary: 'Pause guests, which stay in memory', example: 'suspend: { vmid: 100 }', args: [] },
  hibernate: {
    summary: 'Suspend VMs to disk',
    example: 'hibernate: { vmid: 100 }',
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
  resume: {
    summary: 'Resume guests that are paused or hibernated',
    example: 'resume: { vmid: 100 }',
    args: waits,
  },
} as const satisfies Readonly<Record<string, ActWords>>;
