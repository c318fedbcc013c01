import type { ActWords } from './act.ts';
import { shutdownTimeout, waits } from './shared-arguments.ts';
import { storageId } from './text-forms.ts';

/** The words of acts on the power of a guest. */
export const powerWords = {
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
