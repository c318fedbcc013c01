import { ANY_LINES } from './patterns.ts';
import { lines } from './step-makers.ts';
import type { TestStep } from './test-step.ts';
import type { VmTest } from './vm-test.ts';

/** A snapshot of a VM that does not run. */
export function firstSnapshotSteps(test: VmTest): readonly TestStep[] {
  const { act, vm, storage, words, complains, stopped } = test;
  return [
    act(
      'A snapshot is taken of a stopped VM',
      'snapshot',
      { name: 'stopped', description: 'Prüfung' },
      {
        says: ['scsi0', 'scsi1'].flatMap((slot) => [
          `snapshotting 'drive-${slot}' (${storage}:{word})`,
          ...words.snapshotTaken,
        ]),
        complains,
        changes: {
          [vm]: [
            '+[stopped] #Pr%C3%BCfung',
            ...lines('+', stopped, 'stopped'),
            ...lines('+', { parent: 'stopped' }),
          ],
        },
        tasks: ['qmsnapshot: TASK OK'],
      },
    ),
  ];
}

/** One with the memory. */
export function memorySnapshotSteps(test: VmTest): readonly TestStep[] {
  const { act, vm, storage, words, complains, running } = test;
  return [
    act(
      'A snapshot is taken with the memory',
      'snapshot',
      { name: 'running', vmstate: true },
      {
        says: [
          ...words.made,
          `saving VM state and RAM using storage '${storage}'`,
          ANY_LINES,
          'completed saving the VM state in {any}, saved {any}',
          ...['scsi0', 'scsi1', 'scsi2'].flatMap((slot) => [
            `snapshotting 'drive-${slot}' (${storage}:{word})`,
            ...words.snapshotTakenWhileRunning,
          ]),
        ],
        complains,
        changes: {
          [vm]: [
            ...lines('+', running, 'running'),
            ...lines('-', { parent: 'stopped' }),
            ...lines('+', { parent: 'running' }),
          ],
        },
        tasks: ['qmsnapshot: TASK OK'],
        running: [vm],
      },
    ),
  ];
}

/** Back to the first one, on storages too that go back to the newest one only. */
export function backToSnapshotSteps(test: VmTest): readonly TestStep[] {
  const { act, again, vm, storage, words, complains, volume, net, stopped, running } = test;
  return [
    act(
      'The snapshot with the memory is removed',
      'snapshot',
      { name: 'running', state: 'absent' },
      {
        says: [
          ...words.removed,
          ...words.snapshotRemoved,
          ...words.snapshotRemoved,
          ...words.snapshotRemoved,
        ],
        complains,
        changes: {
          [vm]: [
            ...lines('-', running, 'running'),
            ...lines('-', { parent: 'running' }),
            ...lines('+', { parent: 'stopped' }),
          ],
        },
        tasks: ['qmdelsnapshot: TASK OK'],
      },
    ),
    again(
      'The VM goes back to its first snapshot',
      'rollback',
      { name: 'stopped' },
      {
        says: [...words.rolledBack, ...words.rolledBack],
        complains,
        changes: {
          [vm]: [
            ...lines('-', { net0: net() }, 'special:cloudinit'),
            ...lines('-', {
              cores: '1',
              net0: net(',rate=5'),
              scsi0: volume('size=2G'),
              scsi2: volume('size=1G'),
              tags: 'a;b;c',
              vmgenid: '{uuid}',
            }),
            ...lines('+', {
              cores: '2',
              net0: net(),
              scsi0: volume('size=1G'),
              tags: 'a;b',
              unused0: `${storage}:{word}`,
              vmgenid: '{uuid}',
            }),
          ],
        },
        tasks: ['qmrollback: TASK OK'],
      },
    ),
    act(
      'The first snapshot is removed',
      'snapshot',
      { name: 'stopped', state: 'absent' },
      {
        says: [...words.snapshotRemoved, ...words.snapshotRemoved],
        complains,
        changes: {
          [vm]: [
            '-[stopped] #Pr%C3%BCfung',
            ...lines('-', stopped, 'stopped'),
            ...lines('-', { parent: 'stopped' }),
          ],
        },
        tasks: ['qmdelsnapshot: TASK OK'],
      },
    ),
  ];
}
