import { lines } from './step-makers.ts';
import type { TestStep } from './test-step.ts';
import { MARK } from './test-step.ts';
import type { VmTest } from './vm-test.ts';

/** A VM that runs: what it takes at once, what stays pending, its disks. */
export function startedVmSteps(test: VmTest): readonly TestStep[] {
  const {
    declare,
    command,
    vm,
    words,
    complains,
    withSnapshots,
    card,
    disk,
    asked,
    volume,
    net,
    update,
    created,
    cloudInit,
    scsi1,
  } = test;
  return [
    declare(
      'The VM is started',
      { state: 'running' },
      { says: ['generating cloud-init ISO'], complains, tasks: ['qmstart: TASK OK'], running: [vm] },
    ),
    declare(
      'A running VM takes at once what it can',
      {
        description: 'runs',
        tags: 'a;b;c',
        ...(card !== undefined && { net0: { model: 'virtio', rate: 5 } }),
      },
      {
        says: [
          update(
            card === undefined
              ? '-description runs -tags a;b;c'
              : `-description runs -net0 ${net(',rate=5') ?? ''} -tags a;b;c`,
          ),
        ],
        changes: {
          [vm]: [
            '-#Pr%C3%BCfung%3A %E8%A9%A6%E9%A8%93',
            '-#may be removed',
            '+#runs',
            ...lines('+', { net0: net() }, 'special:cloudinit'),
            ...lines('-', { net0: net(), tags: 'a;b' }),
            ...lines('+', { net0: net(',rate=5'), tags: 'a;b;c' }),
          ],
        },
        running: [vm],
      },
    ),
    declare(
      'A running VM keeps the rest pending',
      { cores: 1, memory: 512 },
      {
        says: [update('-cores 1 -memory 512')],
        changes: { [vm]: lines('+', { cores: '1', memory: '512' }, 'PENDING') },
        running: [vm],
      },
    ),
    command('Proxmox VE shows what is pending', ['qm', 'pending', String(vm)], {
      says: [
        `cur boot: ${created.boot}`,
        'cur cipassword: **********',
        'cur ciuser: nobody',
        'cur cores: 2',
        'new cores: 1',
        'cur description: runs',
        `cur ide2: ${cloudInit.ide2}`,
        `cur ipconfig0: ${cloudInit.ipconfig0}`,
        'cur memory: 384',
        'new memory: 512',
        `cur meta: ${created.meta}`,
        `cur name: ${MARK}`,
        `cur nameserver: ${cloudInit.nameserver}`,
        ...(card === undefined ? [] : [`cur net0: ${net(',rate=5') ?? ''}`]),
        'cur ostype: l26',
        ...(withSnapshots ? ['cur parent: stopped'] : []),
        `cur scsi0: ${volume('size=1G')}`,
        `cur scsi1: ${scsi1}`,
        'cur scsihw: virtio-scsi-single',
        'cur smbios1: uuid={uuid}',
        `cur sshkeys: ${cloudInit.sshkeys}`,
        'cur tags: a;b;c',
        'cur vmgenid: {uuid}',
      ],
      running: [vm],
    }),
    declare(
      'What is pending is taken back',
      { cores: 2, memory: 384 },
      {
        says: [update('-revert cores,memory')],
        changes: { [vm]: lines('-', { cores: '1', memory: '512' }, 'PENDING') },
        running: [vm],
      },
    ),
    declare(
      'A disk of a running VM is grown',
      { scsi0: { size: '2G' } },
      {
        says: words.grownWhileRunning,
        complains,
        changes: {
          [vm]: [...lines('-', { scsi0: volume('size=1G') }), ...lines('+', { scsi0: volume('size=2G') })],
        },
        tasks: ['resize: TASK OK'],
        running: [vm],
      },
    ),
    declare(
      'A disk is plugged into a running VM',
      { scsi2: disk('1G') },
      {
        says: [
          update(`-scsi2 ${asked()}`),
          ...words.made,
          `scsi2: successfully created disk '${volume('size=1G')}'`,
        ],
        complains,
        changes: { [vm]: lines('+', { scsi2: volume('size=1G') }) },
        running: [vm],
      },
    ),
  ];
}

/** It is stopped with something pending. */
export function stoppingVmSteps(test: VmTest): readonly TestStep[] {
  const { declare, act, vm, update } = test;
  return [
    declare(
      'A change is left pending',
      { cores: 1 },
      { says: [update('-cores 1')], changes: { [vm]: lines('+', { cores: '1' }, 'PENDING') }, running: [vm] },
    ),
    act(
      'The VM is stopped, and what was pending is applied',
      'stop',
      {},
      {
        changes: {
          [vm]: [
            ...lines('-', { cores: '1' }, 'PENDING'),
            ...lines('-', { cores: '2' }),
            ...lines('+', { cores: '1' }),
          ],
        },
        tasks: ['qmstop: TASK OK'],
      },
    ),
  ];
}
