import { describe, expect, test } from 'vitest';
import type { PveCall } from '../../src/pve/call.ts';
import { checkCall, checkOption } from '../../src/pve/check-call.ts';
import { decodeGuestConfig, options } from '../../src/pve/guest-config.ts';
import { optionNames, optionSchema } from '../../src/pve/option-schema.ts';
import { renderCall, showCommand } from '../../src/pve/render-call.ts';
import { sampleConfigs } from './sample-configs.ts';

const vm = '/nodes/pve1/qemu/100';
const ct = '/nodes/pve1/lxc/200';

describe('a call as a command', () => {
  test.each<[PveCall, string]>([
    [
      { method: 'PUT', path: `${vm}/config`, params: { cores: '2', name: 'web 1' } },
      "qm set 100 --cores 2 --name 'web 1'",
    ],
    [
      { method: 'POST', path: '/nodes/pve1/qemu', params: { vmid: '100', name: 'a' } },
      'qm create 100 --name a',
    ],
    [
      {
        method: 'POST',
        path: '/nodes/pve1/lxc',
        params: { hostname: 'a', vmid: '200', ostemplate: 'local:vztmpl/a.tar.zst' },
      },
      'pct create 200 local:vztmpl/a.tar.zst --hostname a',
    ],
    [
      {
        method: 'PUT',
        path: `${vm}/resize`,
        params: { disk: 'scsi0', size: '20G', digest: { digest: '/x' } },
      },
      'qm resize 100 scsi0 20G --digest <digest of /x>',
    ],
    [
      { method: 'PUT', path: `${ct}/resize`, params: { disk: 'rootfs', size: '+1G' } },
      'pct resize 200 rootfs +1G',
    ],
    [
      { method: 'POST', path: `${vm}/status/shutdown`, params: { timeout: '60' } },
      'qm shutdown 100 --timeout 60',
    ],
    [{ method: 'DELETE', path: ct, params: { purge: '1' } }, 'pct destroy 200 --purge 1'],
    [{ method: 'DELETE', path: `${vm}/snapshot/old`, params: {} }, 'qm delsnapshot 100 old'],
    [
      { method: 'POST', path: `${ct}/move_volume`, params: { volume: 'mp0', 'target-vmid': '201' } },
      'pct move-volume 200 mp0 --target-vmid 201',
    ],
    [
      { method: 'PUT', path: `${vm}/config`, params: { description: '-x\ny' } },
      "qm set 100 --description '-x\ny'",
    ],
    [
      { method: 'PUT', path: `${vm}/config`, params: { cipassword: { secret: 'ci' } } },
      'qm set 100 --cipassword <secret ci>',
    ],
    // An option that may stand alone takes no next word that begins with "-".
    [
      { method: 'PUT', path: `${vm}/config`, params: { cipassword: '-x', name: '-y' } },
      'qm set 100 --cipassword=-x --name -y',
    ],
    // qm and pct read these two from a file of that name; the API takes the text.
    [
      { method: 'PUT', path: `${vm}/config`, params: { sshkeys: 'ssh-rsa%20x' } },
      'qm set 100 --sshkeys /dev/stdin',
    ],
    [
      {
        method: 'POST',
        path: '/nodes/pve1/lxc',
        params: { vmid: '200', ostemplate: 'a:b', 'ssh-public-keys': 'ssh-rsa x' },
      },
      'pct create 200 a:b --ssh-public-keys /dev/stdin',
    ],
    [{ method: 'GET', path: `${vm}/status/current`, params: {} }, `pvesh get ${vm}/status/current`],
    [{ method: 'DELETE', path: '/pools/x', params: {} }, 'pvesh delete /pools/x'],
    [
      {
        method: 'POST',
        path: '/storage',
        params: { storage: 'nas', type: 'nfs', server: '10.0.0.9', export: '/v' },
      },
      'pvesm add nfs nas --server 10.0.0.9 --export /v',
    ],
    [
      { method: 'POST', path: '/storage', params: { storage: 'b', type: 'pbs', password: '-x' } },
      'pvesm add pbs b --password=-x',
    ],
    // pvesm reads this one from a file of that name.
    [
      { method: 'PUT', path: '/storage/b', params: { 'encryption-key': 'autogen' } },
      'pvesh set /storage/b --encryption-key autogen',
    ],
    [
      {
        method: 'POST',
        path: '/nodes/pve1/storage/a/content',
        params: { vmid: '9', filename: '', size: '1G' },
      },
      "pvesm alloc a 9 '' 1G",
    ],
    [
      { method: 'DELETE', path: '/nodes/pve1/storage/local/content/local:iso/a b.iso', params: {} },
      "pvesm free 'local:iso/a b.iso' --storage local",
    ],
    [
      { method: 'PUT', path: '/access/acl', params: { path: '/vms', roles: 'R', users: 'a@pve' } },
      'pveum acl modify /vms --roles R --users a@pve',
    ],
    [
      {
        method: 'PUT',
        path: '/access/acl',
        params: { path: '/vms', roles: 'R', users: 'a@pve', delete: '1' },
      },
      'pveum acl delete /vms --roles R --users a@pve',
    ],
    // A value without its name that begins with "-" would be read as an option.
    [
      { method: 'POST', path: '/access/users', params: { userid: '-a@pve', comment: '-b' } },
      'pvesh create /access/users --userid -a@pve --comment -b',
    ],
    [
      { method: 'POST', path: '/access/users/a@pve/token/t', params: { privsep: '0' } },
      'pveum user token add a@pve t --privsep 0',
    ],
    [
      { method: 'POST', path: '/cluster/ha/resources/vm:1/migrate', params: { node: 'pve2' } },
      'ha-manager crm-command migrate vm:1 pve2',
    ],
    [
      {
        method: 'PUT',
        path: '/cluster/ha/rules/r',
        params: { type: 'node-affinity', nodes: 'pve1:2', strict: '1' },
      },
      'ha-manager rules set node-affinity r --nodes pve1:2 --strict 1',
    ],
    [
      { method: 'POST', path: '/nodes/pve1/vzdump', params: { vmid: '1,2', 'exclude-path': ['/a', '-b'] } },
      'vzdump 1,2 --exclude-path /a --exclude-path -b',
    ],
    [
      { method: 'POST', path: '/cluster/replication', params: { id: '1-0', type: 'local', target: 'pve2' } },
      'pvesr create-local-job 1-0 pve2',
    ],
    [
      { method: 'POST', path: '/nodes/pve1/migrateall', params: { target: 'pve2', vms: '1' } },
      'pvenode migrateall pve2 --vms 1',
    ],
    [{ method: 'POST', path: '/nodes/pve2/wakeonlan', params: {} }, 'pvenode wakeonlan pve2'],
    [{ method: 'PUT', path: '/nodes/pve1/network', params: {} }, 'pvesh set /nodes/pve1/network'],
  ])('%j', (call, line) => {
    expect(showCommand(renderCall(call))).toBe(line);
  });
});

const messages = (call: PveCall): readonly string[] =>
  checkCall(call).map((diagnostic) => diagnostic.message);

describe('checking a call', () => {
  test('a good one', () => {
    expect(
      checkCall({
        method: 'PUT',
        path: `${vm}/config`,
        params: { cores: '2', net0: 'virtio,bridge=vmbr0', digest: { digest: '/x' } },
      }),
    ).toEqual([]);
  });

  test('everything that is wrong at once', () => {
    const cannot = `Cannot call PUT ${vm}/config: `;
    expect(
      messages({
        method: 'PUT',
        path: `${vm}/config`,
        params: { cors: '2', cores: '0', memory: '8', delete: 'nam,name', name: 'a_b' },
      }),
    ).toEqual([
      `${cannot}"cors" is no option of a vm; did you mean "cores"?`,
      `${cannot}cores: "0" is refused; a whole number of at least 1 is wanted`,
      `${cannot}memory.current: "8" is refused; a whole number of at least 16 is wanted`,
      `${cannot}name: "a_b" is refused; a DNS name (letters, digits and "-", in parts divided by ".") is wanted`,
      `${cannot}delete names "nam"; an option of the guest is wanted`,
      `${cannot}"name" is set and in delete too; one of them is wanted`,
    ]);
    expect(checkCall({ method: 'PUT', path: `${vm}/config`, params: { cores: '0' } })).toMatchObject([
      { code: 'pve/parameter', severity: 'error', trouble: 'refused' },
    ]);
  });

  test('what is missing, and what does not exist', () => {
    expect(messages({ method: 'PUT', path: `${vm}/resize`, params: { disk: 'scsi0' } })).toEqual([
      `Cannot call PUT ${vm}/resize: "size" is missing; PVE does not do without it`,
    ]);
    expect(checkCall({ method: 'POST', path: `${vm}/explode`, params: {} })).toMatchObject([
      { code: 'pve/unknown-method' },
    ]);
    expect(messages({ method: 'POST', path: '/nodes/pve1/qemu', params: { vmid: '99' } })).toEqual([
      'Cannot call POST /nodes/pve1/qemu: vmid: "99" is refused; a VMID from 100 to 999999999 is wanted',
    ]);
  });
});

describe('what the schema allows and PVE refuses', () => {
  test.each([
    ['scsi0', 'a1:1,mbps_max=5', '"scsi0" has mbps_max without mbps; both are wanted'],
    ['scsi0', 'a1:1,iops=5,iops_rd=5', '"scsi0" has both iops_rd and iops; one of them is wanted'],
    ['virtio0', 'none,media=cdrom', '"virtio0" is a CD drive; ide, sata or scsi is wanted for one'],
    ['ide2', 'none,media=cdrom,format=raw', '"ide2" is a CD drive with format; that is for disks'],
    [
      'scsi1',
      'a1:5,import-from=/x.img',
      '"scsi1" has import-from and a size or volume; STORAGE:0,import-from=SOURCE is wanted',
    ],
  ])('--%s %s', (option, value, reason) => {
    expect(messages({ method: 'PUT', path: `${vm}/config`, params: { [option]: value } })).toEqual([
      `Cannot call PUT ${vm}/config: ${reason}`,
    ]);
  });

  test.each([
    ['PUT', `${vm}/config`, { digest: 'a' }, 'it changes nothing; an option is wanted'],
    ['PUT', `${ct}/config`, {}, 'it changes nothing; an option is wanted'],
    [
      'PUT',
      `${ct}/config`,
      { delete: 'swap,rootfs' },
      'delete names "rootfs"; an option that a container can do without is wanted',
    ],
    [
      'PUT',
      `${ct}/config`,
      { unprivileged: '0' },
      '"unprivileged" never changes; it is for a new container or a restore',
    ],
    [
      'PUT',
      `${vm}/config`,
      { memory: '1024', balloon: '2048' },
      'balloon 2048 is more than memory 1024; no more than memory is wanted',
    ],
    [
      'POST',
      `${vm}/snapshot`,
      { snapname: 'pending' },
      'snapname "pending" is PVE\'s own; another name is wanted',
    ],
    [
      'POST',
      `${ct}/snapshot`,
      { snapname: 'vzdump' },
      'snapname "vzdump" is PVE\'s own; another name is wanted',
    ],
  ] as const)('%s %s %j', (method, path, params, reason) => {
    expect(messages({ method, path, params })).toEqual([`Cannot call ${method} ${path}: ${reason}`]);
  });

  test('a migration to the node it is on', () => {
    expect(messages({ method: 'POST', path: `${vm}/migrate`, params: { target: 'pve1' } })).toEqual([
      `Cannot call POST ${vm}/migrate: target "pve1" is the node the guest is on; another one is wanted`,
    ]);
  });
});

describe('checking an option', () => {
  test.each([
    ['vm', 'cores', '4', []],
    ['vm', 'cores', 'two', [{ message: '"two" is no whole number; a whole number of at least 1 is wanted' }]],
    ['vm', 'cpulimit', '500', [{ message: '"500" is refused; a number from 0 to 128 is wanted' }]],
    ['vm', 'onboot', 'maybe', [{ message: '"maybe" is neither yes nor no; 1 or 0 is wanted' }]],
    ['vm', 'core', '4', [{ message: '"core" is no option of a vm; did you mean "cores"?' }]],
    ['vm', 'net32', 'virtio', [{ message: '"net32" is none of a vm; net0 to net31 are there' }]],
    [
      'vm',
      'net0',
      'virtio,bridg=a',
      [{ message: '"bridg" is no key that PVE knows here; did you mean "bridge"?', path: ['bridg'] }],
    ],
    [
      'vm',
      'net0',
      'virtio,tag=5000',
      [{ message: '"5000" is refused; a whole number from 1 to 4094 is wanted', path: ['tag'] }],
    ],
    ['vm', 'net0', 'bridge=a', [{ message: '"model" is missing; PVE does not do without it' }]],
    [
      'vm',
      'scsihw',
      'virtio-scsi-singl',
      [
        {
          message:
            '"virtio-scsi-singl" is refused; one of lsi, lsi53c810, virtio-scsi-pci, virtio-scsi-single, megasas, pvscsi is wanted; did you mean "virtio-scsi-single"?',
        },
      ],
    ],
    [
      'vm',
      'boot',
      'order=scsi0;scsi31',
      [
        {
          message:
            '"scsi0;scsi31" is refused; a disk, network device, usb or hostpci device like scsi0 or net0 is wanted, not "scsi31"',
          path: ['order'],
        },
      ],
    ],
    ['vm', 'cpu', 'host,flags=+aes;-pcid', []],
    [
      'vm',
      'cpu',
      'hosst',
      [
        {
          message: '"hosst" is refused; a CPU type of PVE, or "custom-" and a model of your own is wanted',
          path: ['cputype'],
        },
      ],
    ],
    ['vm', 'scsi0', 'local-lvm:20,discard=on', []],
    [
      'vm',
      'ipconfig0',
      'gw=10.0.0.1',
      [{ message: '"gw" is there without "ip"; both are wanted', path: ['gw'] }],
    ],
    [
      'vm',
      'startup',
      'order=any',
      [{ message: '"any" is no whole number; a whole number of at least 0 is wanted', path: ['order'] }],
    ],
    ['container', 'mp0', 'local-lvm:8', [{ message: '"mp" is missing; PVE does not do without it' }]],
    [
      'container',
      'mp0',
      'local-lvm:8,mp=/a/../b',
      [{ message: '"/a/../b" is refused; a path without "." and ".." is wanted', path: ['mp'] }],
    ],
    ['container', 'nameserver', '9.9.9.9 fe80::1%eth0', []],
    ['container', 'cores', '8192', []],
  ] as const)('%s %s %s', (kind, option, value, refusals) => {
    expect(checkOption(kind, option, value)).toEqual(refusals);
  });
});

describe('the schema', () => {
  test('an indexed option is found by each of its names, and by no other', () => {
    expect(optionSchema('vm', 'net31')).toMatchObject({ name: 'net31', family: 'net[n]', count: 32 });
    for (const name of ['net32', 'net01', 'net', 'net[n]', 'toString', '__proto__'])
      expect(optionSchema('vm', name)).toBeUndefined();
    for (const name of optionNames('container')) expect(optionSchema('container', name)?.name).toBe(name);
  });
});

test('every option of a config that PVE wrote is accepted by checkOption', () => {
  const refused = [...sampleConfigs('vm'), ...sampleConfigs('container')]
    .filter(({ name }) =>
      /^samples\/\w+\/(?:plain|description|pending|snapshots|cloudinit|raw)\.conf$/u.test(name),
    )
    .flatMap(({ kind, name, text }) =>
      Object.entries(options(decodeGuestConfig(kind, text)))
        // The rest is PVE's own bookkeeping: meta, parent.
        .filter(([option]) => optionSchema(kind, option) !== undefined)
        .flatMap(([option, value]) =>
          checkOption(kind, option, value).map((refusal) => ({ name, option, refusal })),
        ),
    );
  expect(refused).toEqual([]);
});
