import { ANY_LINES } from './patterns.ts';
import { lines } from './step-makers.ts';
import type { TestStep } from './test-step.ts';
import { MARK } from './test-step.ts';
import type { VmTest } from './vm-test.ts';

/** Disks are detached, the VM is cloned, its clone becomes a template, and all are destroyed. */
export function clonedVmSteps(test: VmTest): readonly TestStep[] {
  const {
    declare,
    vm,
    clone,
    linked,
    storage,
    words,
    complains,
    withSnapshots,
    withLinkedClones,
    keepsFiles,
    update,
    scsi1,
    cloned,
  } = test;
  const fullCopy = (slot: string) => [
    `create full clone of drive ${slot} (${storage}:{word})`,
    ...words.made,
    `allocated target volume '${storage}:{word}'`,
  ];
  const disks = withSnapshots ? ['scsi0', 'scsi1'] : ['scsi0', 'scsi1', 'scsi2'];
  return [
    // Within one storage a disk is moved only where it can have another format.
    ...(keepsFiles
      ? [
          declare(
            'A disk is moved to another format, and its old copy goes',
            { scsi1: { format: 'raw', 'delete-source': true } },
            {
              says: [
                `copying volume '${storage}:{word}' from current storage '${storage}' to target storage '${storage}'`,
                ...fullCopy('scsi1'),
                ANY_LINES,
              ],
              complains,
              changes: { [vm]: [...lines('-', { scsi1 }), ...lines('+', { scsi1 })] },
              tasks: ['qmmove: TASK OK'],
            },
          ),
        ]
      : []),
    declare(
      'A disk is detached',
      { scsi1: null },
      {
        says: [update('-delete scsi1')],
        complains,
        changes: { [vm]: [...lines('-', { scsi1 }), `+unused{number}: ${storage}:{word}`] },
      },
    ),
    declare(
      'A detached disk is destroyed',
      { unused0: null },
      {
        says: [update('-delete unused0'), ...words.removed],
        complains,
        changes: { [vm]: [`-unused0: ${storage}:{word}`] },
      },
    ),
    declare(
      'The VM is cloned',
      { vmid: clone, clone: vm, name: `${MARK}-clone` },
      {
        says: [
          `creating a clone of VM ${vm} with ID ${clone}`,
          ...fullCopy('ide2'),
          ...disks.filter((slot) => slot !== 'scsi1').flatMap((slot) => [...fullCopy(slot), ANY_LINES]),
        ],
        complains,
        changes: { [clone]: ['+#runs', ...lines('+', { ...cloned, name: `${MARK}-clone` })] },
        tasks: ['qmclone: TASK OK'],
      },
    ),
    declare(
      'The clone becomes a template',
      { vmid: clone, template: true },
      {
        says: [ANY_LINES],
        complains,
        changes: {
          [clone]: [
            ...lines('-', { scsi0: cloned.scsi0, scsi2: cloned.scsi2 }),
            ...lines('+', { scsi0: cloned.scsi0, scsi2: cloned.scsi2, template: '1' }),
          ],
        },
        tasks: ['qmtemplate: TASK OK'],
      },
    ),
    ...(withLinkedClones
      ? [
          declare(
            'The template is cloned, with linked disks',
            { vmid: linked, clone, name: `${MARK}-linked` },
            {
              says: [
                `creating a clone of VM ${clone} with ID ${linked}`,
                ...fullCopy('ide2'),
                ...disks
                  .filter((slot) => slot !== 'scsi1')
                  .flatMap((slot) => [
                    `create linked clone of drive ${slot} (${storage}:{word})`,
                    ...words.linked,
                  ]),
              ],
              complains,
              changes: { [linked]: ['+#runs', ...lines('+', { ...cloned, name: `${MARK}-linked` })] },
              tasks: ['qmclone: TASK OK'],
            },
          ),
          declare(
            'The linked clone is destroyed',
            { vmid: linked, state: 'absent' },
            {
              says: [...words.removed, ...words.removed, ...(withSnapshots ? [] : words.removed)],
              complains,
              changes: { [linked]: ['gone'] },
              tasks: ['qmdestroy: TASK OK'],
            },
          ),
        ]
      : []),
    declare(
      'The template is destroyed',
      { vmid: clone, state: 'absent' },
      {
        says: [...words.removed, ...words.removed, ...(withSnapshots ? [] : words.removed)],
        complains,
        changes: { [clone]: ['gone'] },
        tasks: ['qmdestroy: TASK OK'],
      },
    ),
    declare(
      'The VM is destroyed',
      { state: 'absent' },
      {
        says: [...words.removed, ...words.removed, ...words.removed],
        complains,
        changes: { [vm]: ['gone'] },
        tasks: ['qmdestroy: TASK OK'],
      },
    ),
  ];
}
