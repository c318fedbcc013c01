import { ANY_LINES } from './patterns.ts';
import { lines, stepMakers } from './step-makers.ts';
import { hasSnapshots, wordsOf } from './storage-words.ts';
import type { Place, TestStep } from './test-step.ts';
import { MARK } from './test-step.ts';

/** What is tried with containers, and what is expected of it; `archive`: the volume of a template. */
export function containerSteps(place: Place, archive: string): readonly TestStep[] {
  const { node, storage, bridge, vmids } = place;
  const { container: ct, containerClone: clone } = vmids;
  const { declare, act, again, command } = stepMakers('container', ct, node);
  const words = wordsOf(storage.type);
  const complains = words.warnings;
  const withSnapshots = hasSnapshots(storage.type, 'container');
  const volume = (options: string) => `${storage.id}:{word},${options}`;
  const created = {
    arch: '{word}',
    hostname: MARK,
    net0: bridge && `name=eth0,bridge=${bridge},hwaddr={mac},link_down=1,type=veth`,
    ostype: '{word}',
    rootfs: volume('size=1G'),
    unprivileged: '1',
  };
  const mp0 = volume('mp=/srv/data,size=2G');
  const stopped = {
    ...created,
    cores: '1',
    features: 'nesting=1',
    memory: '192',
    mp0,
    snaptime: '{number}',
    tags: 'a;b',
  };
  /** Back at the snapshot, or as it was stopped. */
  const cloned = {
    ...created,
    cores: withSnapshots ? '1' : '2',
    features: withSnapshots ? 'nesting=1' : undefined,
    hostname: `${MARK}-clone`,
    memory: withSnapshots ? '192' : '256',
    tags: 'a;b',
  };
  return [
    {
      ...declare(
        'A container is made from a template',
        {
          ostemplate: archive,
          hostname: MARK,
          description: 'Prüfung',
          memory: 128,
          swap: 0,
          cores: 1,
          rootfs: { storage: storage.id, size: '1G' },
          ...(bridge !== undefined && { net0: { name: 'eth0', bridge, link_down: true } }),
          unprivileged: true,
          state: 'stopped',
        },
        {
          says: [...words.made, ANY_LINES, "extracting archive '{any}'", ANY_LINES],
          complains,
          changes: {
            [ct]: ['+#Pr%C3%BCfung', ...lines('+', { ...created, cores: '1', memory: '128', swap: '0' })],
          },
          tasks: ['vzcreate: TASK OK'],
        },
      ),
      isBasic: true,
    },
    declare(
      'Options of a stopped container are set',
      { memory: 192, swap: 64, onboot: true, tags: 'b;a', features: { nesting: true } },
      {
        changes: {
          [ct]: [
            ...lines('-', { memory: '128', swap: '0' }),
            ...lines('+', { features: 'nesting=1', memory: '192', onboot: '1', swap: '64', tags: 'a;b' }),
          ],
        },
      },
    ),
    declare(
      'Options are removed',
      { onboot: null, swap: null },
      { changes: { [ct]: lines('-', { onboot: '1', swap: '64' }) } },
    ),
    declare(
      'A mount point is added',
      { mp0: { storage: storage.id, size: '1G', mp: '/srv/data' } },
      {
        says: [...words.made, ANY_LINES],
        complains,
        changes: { [ct]: lines('+', { mp0: volume('mp=/srv/data,size=1G') }) },
      },
    ),
    declare(
      'A volume is grown',
      { mp0: { size: '2G' } },
      {
        says: [...words.grown, ANY_LINES],
        complains,
        changes: { [ct]: [...lines('-', { mp0: volume('mp=/srv/data,size=1G') }), ...lines('+', { mp0 })] },
        tasks: ['resize: TASK OK'],
      },
    ),
    command('Proxmox VE shrinks no volume', ['pct', 'resize', String(ct), 'mp0', '1G'], {
      fails: true,
      complains: ['unable to shrink disk size'],
    }),
    ...(withSnapshots
      ? [
          act(
            'A snapshot is taken of a stopped container',
            'snapshot',
            { name: 'stopped' },
            {
              says: [...words.snapshotTaken, ...words.snapshotTaken],
              complains,
              changes: { [ct]: [...lines('+', stopped, 'stopped'), ...lines('+', { parent: 'stopped' })] },
              tasks: ['vzsnapshot: TASK OK'],
            },
          ),
        ]
      : []),
    declare(
      'The container is started',
      { state: 'running' },
      { complains, tasks: ['vzstart: TASK OK'], running: [ct] },
    ),
    declare(
      'A running container takes options at once',
      { memory: 256, cores: 2, description: 'runs', hostname: `${MARK}-2` },
      {
        changes: {
          [ct]: [
            '-#Pr%C3%BCfung',
            '+#runs',
            ...lines('-', { cores: '1', hostname: MARK, memory: '192' }),
            ...lines('+', { cores: '2', hostname: `${MARK}-2`, memory: '256' }),
          ],
        },
        running: [ct],
      },
    ),
    declare(
      'A running container keeps the rest pending',
      { features: null },
      { changes: { [ct]: ['+[pve:pending] delete: features'] }, running: [ct] },
    ),
    command('Proxmox VE shows what is pending', ['pct', 'pending', String(ct)], {
      says: [
        `cur arch: ${created.arch}`,
        'cur cores: 2',
        'cur description: runs%0A',
        'del features: nesting=1',
        `cur hostname: ${MARK}-2`,
        'cur memory: 256',
        `cur mp0: ${mp0}`,
        ...(created.net0 === undefined ? [] : [`cur net0: ${created.net0}`]),
        `cur ostype: ${created.ostype}`,
        ...(withSnapshots ? ['cur parent: stopped'] : []),
        `cur rootfs: ${created.rootfs}`,
        'cur tags: a;b',
        'cur unprivileged: 1',
      ],
      running: [ct],
    }),
    act(
      'The container is stopped, and what was pending is applied',
      'stop',
      {},
      {
        changes: { [ct]: ['-[pve:pending] delete: features', '-features: nesting=1'] },
        tasks: ['vzstop: TASK OK'],
      },
    ),
    ...(withSnapshots
      ? [
          again(
            'The container goes back to its snapshot',
            'rollback',
            { name: 'stopped' },
            {
              says: [...words.rolledBack, ...words.rolledBack],
              complains,
              changes: {
                [ct]: [
                  ...lines('-', { cores: '2', hostname: `${MARK}-2`, memory: '256' }),
                  ...lines('+', { cores: '1', features: 'nesting=1', hostname: MARK, memory: '192' }),
                ],
              },
              tasks: ['vzrollback: TASK OK'],
            },
          ),
          act(
            'The snapshot is removed',
            'snapshot',
            { name: 'stopped', state: 'absent' },
            {
              says: [...words.snapshotRemoved, ...words.snapshotRemoved],
              complains,
              changes: { [ct]: [...lines('-', stopped, 'stopped'), ...lines('-', { parent: 'stopped' })] },
              tasks: ['vzdelsnapshot: TASK OK'],
            },
          ),
        ]
      : []),
    declare(
      'A mount point is detached',
      { mp0: null },
      { changes: { [ct]: [...lines('-', { mp0 }), `+unused0: ${storage.id}:{word}`] } },
    ),
    declare(
      'The container is cloned',
      { vmid: clone, clone: ct, hostname: `${MARK}-clone` },
      {
        says: [
          `creating a clone of container ${ct} with ID ${clone}`,
          `create full clone of mountpoint rootfs (${storage.id}:{word})`,
          ...words.made,
          ANY_LINES,
        ],
        complains,
        changes: { [clone]: ['+#runs', ...lines('+', cloned)] },
        tasks: ['vzclone: TASK OK'],
      },
    ),
    declare(
      'The clone is destroyed',
      { vmid: clone, state: 'absent' },
      {
        says: words.removed,
        complains,
        changes: { [clone]: ['gone'] },
        tasks: ['vzdestroy: TASK OK'],
      },
    ),
    declare(
      'The container is destroyed',
      { state: 'absent' },
      {
        says: [...words.removed, ...words.removed],
        complains,
        changes: { [ct]: ['gone'] },
        tasks: ['vzdestroy: TASK OK'],
      },
    ),
  ];
}
