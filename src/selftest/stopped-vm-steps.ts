import { lines } from './step-makers.ts';
import type { TestStep } from './test-step.ts';
import { MARK } from './test-step.ts';
import type { VmTest } from './vm-test.ts';

const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkcCGP1jkcJPLB1r4Rj3Q1Xe0mFqWvE0y1JtqkxF0p1 nobody@example.com';

/** A VM that does not run: made, changed, refused; `password` is made for the run. */
export function stoppedVmSteps(test: VmTest, password: string): readonly TestStep[] {
  const {
    declare,
    command,
    vm,
    storage,
    words,
    complains,
    card,
    disk,
    asked,
    volume,
    update,
    created,
    cloudInit,
    scsi1,
  } = test;
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
        ide2: `${storage}:cloudinit`,
        ciuser: 'nobody',
        cipassword: password,
        sshkeys: KEY,
        ipconfig0: 'ip=192.0.2.10/24,gw=192.0.2.1',
      },
      {
        says: [
          update(
            `-ciuser nobody -ide2 ${storage}:cloudinit,media=cdrom -ipconfig0 gw=192.0.2.1,ip=192.0.2.10/24 -sshkeys {any}`,
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
  ];
}
