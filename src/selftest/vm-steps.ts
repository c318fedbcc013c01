import { ANY_LINES } from './patterns.ts';
import { lines, stepMakers } from './step-makers.ts';
import { hasSnapshots, keepsFiles, wordsOf } from './storage-words.ts';
import type { Place, TestStep } from './test-step.ts';
import { MARK } from './test-step.ts';

const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkcCGP1jkcJPLB1r4Rj3Q1Xe0mFqWvE0y1JtqkxF0p1 nobody@example.com';

/** What is tried with VMs, and what is expected of it; where from: the recordings of Proxmox VE 9 that the lab is made after. */
export function vmSteps(place: Place, password: string): readonly TestStep[] {
  const { node, storage, bridge, vmids } = place;
  const { vm, clone, linked } = vmids;
  const { declare, act, again, command } = stepMakers('vm', vm, node);
  const words = wordsOf(storage.type);
  const complains = words.warnings;
  const withSnapshots = hasSnapshots(storage.type, 'vm');
  const format = keepsFiles(storage.type) ? 'qcow2' : undefined;
  const disk = (size: string) => ({ storage: storage.id, size, ...(format !== undefined && { format }) });
  /** A disk as "qm set" is given it, and as the config has it. */
  const asked = (options = '') =>
    `${storage.id}:1${[options, ...(format === undefined ? [] : [`format=${format}`])]
      .flatMap((each) => (each === '' ? [] : each.split(',')))
      .toSorted()
      .map((each) => `,${each}`)
      .join('')}`;
  const volume = (options: string) => `${storage.id}:{word},${options}`;
  const card = bridge === undefined ? undefined : { model: 'virtio', bridge, link_down: true };
  const net = (options = '') => bridge && `virtio={mac},bridge=${bridge},link_down=1${options}`;
  const update = (what: string) => `update VM ${vm}: ${what}`;
  const created = {
    boot: bridge === undefined ? 'order=scsi0' : 'order=scsi0;net0',
    meta: 'creation-qemu={any},ctime={number}',
    name: MARK,
    net0: net(),
    ostype: 'l26',
    scsihw: 'virtio-scsi-single',
    smbios1: 'uuid={uuid}',
    tags: 'a;b',
    vmgenid: '{uuid}',
  };
  const cloudInit = {
    cipassword: '{any}',
    ciuser: 'nobody',
    ide2: volume('media=cdrom'),
    ipconfig0: 'gw=192.0.2.1,ip=192.0.2.11/24',
    nameserver: '192.0.2.53',
    sshkeys: 'ssh-ed25519%20{any}%20nobody%40example.com%0A',
  };
  const scsi1 = volume('backup=0,iothread=1,size=2G');
  const stopped = {
    ...created,
    ...cloudInit,
    cores: '2',
    memory: '384',
    scsi0: volume('size=1G'),
    scsi1,
    snaptime: '{number}',
  };
  const running = {
    ...stopped,
    net0: net(',rate=5'),
    parent: 'stopped',
    'running-nets-host-mtu': bridge && 'net0={number}',
    runningcpu: '{any}',
    runningmachine: '{word}',
    scsi0: volume('size=2G'),
    scsi2: volume('size=1G'),
    tags: 'a;b;c',
    vmstate: `${storage.id}:{word}`,
  };
  /** A clone has what the VM has, with a MAC address and ids of its own, and not its detached disks. */
  const cloned = {
    ...created,
    ...cloudInit,
    cores: withSnapshots ? '2' : '1',
    ide2: volume('media=cdrom,size=4M'),
    memory: '384',
    net0: net(withSnapshots ? '' : ',rate=5'),
    scsi0: volume(withSnapshots ? 'size=1G' : 'size=2G'),
    scsi2: withSnapshots ? undefined : volume('size=1G'),
    tags: withSnapshots ? 'a;b' : 'a;b;c',
  };
  const fullCopy = (slot: string) => [
    `create full clone of drive ${slot} (${storage.id}:{word})`,
    ...words.made,
    `allocated target volume '${storage.id}:{word}'`,
  ];
  const disks = withSnapshots ? ['scsi0', 'scsi1'] : ['scsi0', 'scsi1', 'scsi2'];

  return [
    {
      ...declare(
        'A VM is made, with a disk and a network card',
        {
          name: MARK,
          description: 'Prüfung: 試験\nmay be removed',
          memory: 256,
          cores: 1,
          ostype: 'l26',
          scsihw: 'virtio-scsi-single',
          scsi0: disk('1G'),
          ...(card !== undefined && { net0: card }),
          tags: 'b;a',
          state: 'stopped',
        },
        {
          says: [...words.made, `scsi0: successfully created disk '${volume('size=1G')}'`],
          complains,
          changes: {
            [vm]: [
              '+#Pr%C3%BCfung%3A %E8%A9%A6%E9%A8%93',
              '+#may be removed',
              ...lines('+', { ...created, cores: '1', memory: '256', scsi0: volume('size=1G') }),
            ],
          },
          tasks: ['qmcreate: TASK OK'],
        },
      ),
      isBasic: true,
    },
    declare(
      'Options of a stopped VM are set',
      {
        cores: 2,
        memory: 384,
        balloon: 256,
        cpu: 'x86-64-v2-AES',
        startup: 'order=3,up=10',
        agent: { enabled: true },
      },
      {
        says: [
          update('-agent 1 -balloon 256 -cores 2 -cpu x86-64-v2-AES -memory 384 -startup order=3,up=10'),
        ],
        changes: {
          [vm]: [
            ...lines('-', { cores: '1', memory: '256' }),
            ...lines('+', {
              agent: '1',
              balloon: '256',
              cores: '2',
              cpu: 'x86-64-v2-AES',
              memory: '384',
              startup: 'order=3,up=10',
            }),
          ],
        },
      },
    ),
    declare(
      'Options are removed',
      { balloon: null, startup: null, cpu: null, agent: null },
      {
        says: [update('-delete balloon,startup,cpu,agent')],
        changes: {
          [vm]: lines('-', { agent: '1', balloon: '256', cpu: 'x86-64-v2-AES', startup: 'order=3,up=10' }),
        },
      },
    ),
    declare(
      'A second disk is added',
      { scsi1: { ...disk('1G'), iothread: true, backup: false } },
      {
        says: [
          update(`-scsi1 ${asked('backup=0,iothread=1')}`),
          ...words.made,
          `scsi1: successfully created disk '${volume('backup=0,iothread=1,size=1G')}'`,
        ],
        complains,
        changes: { [vm]: lines('+', { scsi1: volume('backup=0,iothread=1,size=1G') }) },
      },
    ),
    declare(
      'A disk is grown',
      { scsi1: { size: '2G' } },
      {
        says: words.grown,
        complains,
        changes: {
          [vm]: [...lines('-', { scsi1: volume('backup=0,iothread=1,size=1G') }), ...lines('+', { scsi1 })],
        },
        tasks: ['resize: TASK OK'],
      },
    ),
    command(
      'Proxmox VE shrinks no disk, and says so with exit 0',
      ['qm', 'resize', String(vm), 'scsi1', '1G'],
      {
        complains: ['shrinking disks is not supported'],
        tasks: ['resize: TASK ERROR: shrinking disks is not supported'],
      },
    ),
    command('Proxmox VE refuses a value', ['qm', 'set', String(vm), '--cores', '0'], {
      fails: true,
      complains: [
        '400 Parameter verification failed.',
        'cores: value must have a minimum value of 1',
        'qm set <vmid> [OPTIONS]',
      ],
    }),
    command(
      'Proxmox VE refuses a digest that is not of this config',
      ['qm', 'set', String(vm), '--cores', '1', '--digest', '0'.repeat(40)],
      {
        fails: true,
        complains: ['checksum mismatch (file change by other user?)'],
      },
    ),
    declare(
      'Cloud-init is set up',
      {
        ide2: `${storage.id}:cloudinit`,
        ciuser: 'nobody',
        cipassword: password,
        sshkeys: KEY,
        ipconfig0: 'ip=192.0.2.10/24,gw=192.0.2.1',
      },
      {
        says: [
          update(
            `-ciuser nobody -ide2 ${storage.id}:cloudinit,media=cdrom -ipconfig0 gw=192.0.2.1,ip=192.0.2.10/24 -sshkeys {any}`,
          ),
          ...words.made,
          `ide2: successfully created disk '${volume('media=cdrom')}'`,
          'generating cloud-init ISO',
          update('-cipassword <hidden>'),
        ],
        complains,
        changes: {
          [vm]: lines('+', {
            ...cloudInit,
            ipconfig0: 'gw=192.0.2.1,ip=192.0.2.10/24',
            nameserver: undefined,
          }),
        },
      },
    ),
    declare(
      'Cloud-init is changed',
      { ipconfig0: 'ip=192.0.2.11/24,gw=192.0.2.1', nameserver: '192.0.2.53' },
      {
        says: [
          update('-ipconfig0 gw=192.0.2.1,ip=192.0.2.11/24 -nameserver 192.0.2.53'),
          'generating cloud-init ISO',
        ],
        complains,
        changes: {
          [vm]: [
            ...lines('-', { ipconfig0: 'gw=192.0.2.1,ip=192.0.2.10/24' }),
            ...lines('+', { ipconfig0: cloudInit.ipconfig0, nameserver: cloudInit.nameserver }),
          ],
        },
      },
    ),
    ...(withSnapshots
      ? [
          act(
            'A snapshot is taken of a stopped VM',
            'snapshot',
            { name: 'stopped', description: 'Prüfung' },
            {
              says: ['scsi0', 'scsi1'].flatMap((slot) => [
                `snapshotting 'drive-${slot}' (${storage.id}:{word})`,
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
        ]
      : []),
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
            bridge === undefined
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
        ...(bridge === undefined ? [] : [`cur net0: ${net(',rate=5') ?? ''}`]),
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
    ...(withSnapshots
      ? [
          act(
            'A snapshot is taken with the memory',
            'snapshot',
            { name: 'running', vmstate: true },
            {
              says: [
                ...words.made,
                `saving VM state and RAM using storage '${storage.id}'`,
                ANY_LINES,
                'completed saving the VM state in {any}, saved {any}',
                ...['scsi0', 'scsi1', 'scsi2'].flatMap((slot) => [
                  `snapshotting 'drive-${slot}' (${storage.id}:{word})`,
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
        ]
      : []),
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
    ...(withSnapshots
      ? [
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
                    parent: 'running',
                    scsi0: volume('size=2G'),
                    scsi2: volume('size=1G'),
                    tags: 'a;b;c',
                    vmgenid: '{uuid}',
                  }),
                  ...lines('+', {
                    cores: '2',
                    net0: net(),
                    parent: 'stopped',
                    scsi0: volume('size=1G'),
                    tags: 'a;b',
                    unused0: `${storage.id}:{word}`,
                    vmgenid: '{uuid}',
                  }),
                ],
              },
              tasks: ['qmrollback: TASK OK'],
            },
          ),
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
              changes: { [vm]: lines('-', running, 'running') },
              tasks: ['qmdelsnapshot: TASK OK'],
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
        ]
      : []),
    declare(
      'A disk is detached',
      { scsi1: null },
      {
        says: [update('-delete scsi1')],
        complains,
        changes: { [vm]: [...lines('-', { scsi1 }), `+unused{number}: ${storage.id}:{word}`] },
      },
    ),
    declare(
      'A detached disk is destroyed',
      { unused0: null },
      {
        says: [update('-delete unused0'), ...words.removed],
        complains,
        changes: { [vm]: [`-unused0: ${storage.id}:{word}`] },
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
              `create linked clone of drive ${slot} (${storage.id}:{word})`,
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
