import type { ActWords } from './act.ts';
import { age, snapshotName, snapshotPrefix, stamp } from './text-forms.ts';

/** The words of acts on snapshots of a guest. */
export const snapshotWords = {
  rollback: {
    summary: 'Roll guests back to a snapshot',
    example: 'rollback: { vmid: 100, name: before-update, start: yes }',
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
    example: 'auto_snapshot: { vmid: 200, at: 20261129T0100, keep: 7, max_age: 14d }',
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
