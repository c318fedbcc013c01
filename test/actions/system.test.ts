import { expect, test } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { authorizedKey } from '../../src/actions/authorized-key.ts';
import { cron } from '../../src/actions/cron.ts';
import { group } from '../../src/actions/group.ts';
import { hostname } from '../../src/actions/hostname.ts';
import { modprobe } from '../../src/actions/modprobe.ts';
import { mount } from '../../src/actions/mount.ts';
import { service } from '../../src/actions/service.ts';
import { sysctl } from '../../src/actions/sysctl.ts';
import { systemd } from '../../src/actions/systemd.ts';
import { timezone } from '../../src/actions/timezone.ts';
import { user } from '../../src/actions/user.ts';
import type { FakeHost } from './fake-host.ts';
import { runOn } from './fake-host.ts';

const FSTAB = 'UUID=1 / ext4 errors=remount-ro 0 1\n/dev/sdb1 /data ext4 defaults\n';
const HASH = '$6$salt$hash';
const KEY = 'ssh-ed25519 AAAAC3Nz ops@example';

/** All lines of files, as grep prints them. */
const LINES = (directory: string): string => `sh -c grep -sH '' ${directory}/*`;

const host: FakeHost = {
  tells: {
    [LINES('/etc/modules-load.d')]: [
      0,
      '/etc/modules-load.d/modules.conf:# x\n/etc/modules-load.d/modules.conf:nf-tables # ours\n',
    ],
    [LINES('/etc/modprobe.d')]: [0, '/etc/modprobe.d/own.conf:options dummy numdummies=2\n'],
  },
  units: {
    ssh: { LoadState: 'loaded', ActiveState: 'active', UnitFileState: 'enabled' },
    cron: { LoadState: 'loaded', ActiveState: 'inactive', UnitFileState: 'disabled' },
    off: { LoadState: 'masked', ActiveState: 'inactive', UnitFileState: 'masked' },
  },
  files: {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nops:x:1001:100:Ops:/home/ops:/bin/sh\n',
    '/etc/group': 'root:x:0:\nusers:x:100:\nsudo:x:27:ops\nadm:x:4:ops\n',
    '/etc/shadow': `root:*:1::::::\nops:${HASH}:1::::::\n`,
    '/home/ops': null,
    '/home/ops/.ssh': null,
    '/home/ops/.ssh/authorized_keys': `# ours\n${KEY}\nssh-rsa BBBB old\n`,
    '/var/spool/cron/crontabs/root': 'MAILTO="x"\n#Ansible: backup\n0 3 * * * /bin/backup\n@daily other\n',
    '/etc/sysctl.conf': 'net.ipv4.ip_forward = 1\nvm.swappiness=60\n',
    '/proc/sys/vm/swappiness': '60\n',
    '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/etc/fstab': FSTAB,
    '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /data ext4 rw 0 0\n',
    '/data': null,
    '/proc/modules': 'nf_tables 16384 0 - Live 0x0\n',
    '/etc/hostname': 'web\n',
    '/proc/sys/kernel/hostname': 'web\n',
    '/etc/localtime': { to: '../usr/share/zoneinfo/Europe/Vienna' },
    '/usr/share/zoneinfo/Europe/Vienna': '',
    '/usr/share/zoneinfo/UTC': '',
  },
};

test.each<[string, Action, Record<string, unknown>]>([
  ['a service that runs', service, { name: 'ssh', state: 'started', enabled: true }],
  ['a service that does not', service, { name: 'cron', state: 'stopped', enabled: false }],
  ['a unit that is masked', systemd, { name: 'off', masked: true, state: 'stopped' }],
  ['a user', user, { name: 'ops', uid: 1001, group: 'users', shell: '/bin/sh', password: HASH }],
  ['groups of a user', user, { name: 'ops', groups: ['sudo'], append: true }],
  ['all groups of a user', user, { name: 'ops', groups: 'adm,sudo' }],
  ['no user', user, { name: 'nobody-here', state: 'absent' }],
  [
    'a password that is set once',
    user,
    { name: 'ops', password: '$6$other$hash', update_password: 'on_create' },
  ],
  ['a group', group, { name: 'sudo', gid: 27 }],
  ['a key', authorizedKey, { user: 'ops', key: KEY, manage_dir: false }],
  ['no key', authorizedKey, { user: 'ops', key: 'ssh-rsa CCCC x', state: 'absent', manage_dir: false }],
  ['a job', cron, { name: 'backup', hour: 3, minute: 0, job: '/bin/backup' }],
  ['no job', cron, { name: 'none', state: 'absent' }],
  ['a variable of jobs', cron, { name: 'MAILTO', env: true, job: 'x' }],
  ['a setting', sysctl, { name: 'net.ipv4.ip_forward', value: 1, sysctl_set: true }],
  ['no setting', sysctl, { name: 'a.b', state: 'absent' }],
  ['a mount', mount, { path: '/data/', src: '/dev/sdb1', fstype: 'ext4', state: 'mounted' }],
  ['no mount', mount, { path: '/mnt', state: 'absent' }],
  ['a module', modprobe, { name: 'nf-tables', persistent: 'present' }],
  ['a name', hostname, { name: 'web' }],
  ['a time zone', timezone, { name: 'Europe/Vienna' }],
])('%s as wanted is nothing to do', async (_, action, args) => {
  expect(await runOn(host, action, args)).toMatchObject({ outcome: 'ok', commands: [], diagnostics: [] });
});

test.each<[string, Action, Record<string, unknown>, readonly string[]]>([
  [
    'starts and enables',
    service,
    { name: 'cron', state: 'started', enabled: true },
    ['systemctl enable cron', 'systemctl start cron'],
  ],
  ['restarts each time', service, { name: 'ssh', state: 'restarted' }, ['systemctl restart ssh']],
  [
    'a service is a unit: systemd reads its files anew',
    service,
    { name: 'cron', state: 'started', daemon_reload: true },
    ['systemctl daemon-reload', 'systemctl start cron'],
  ],
  ['starts what it can not reload', systemd, { name: 'cron', state: 'reloaded' }, ['systemctl start cron']],
  [
    'unmasks first',
    systemd,
    { name: 'off', masked: false, state: 'started', no_block: true },
    ['systemctl --no-block unmask off', 'systemctl --no-block start off'],
  ],
  [
    'makes a user',
    user,
    { name: 'new', groups: ['sudo', 'adm'], shell: '/bin/bash', system: true, password: HASH },
    ['useradd -G sudo,adm -s /bin/bash -r -m new', 'set the password of new'],
  ],
  [
    'changes a user',
    user,
    { name: 'ops', groups: 'sudo', comment: 'x', home: '/srv/ops', move_home: true },
    ['usermod -G sudo -c x -d /srv/ops -m ops'],
  ],
  [
    'adds a group to a user',
    user,
    { name: 'ops', groups: 'users,sudo', append: true },
    ['usermod -a -G users ops'],
  ],
  ['locks a user', user, { name: 'ops', password_lock: true }, ['usermod -L ops']],
  ['removes a user', user, { name: 'ops', state: 'absent', remove: true }, ['userdel -r ops']],
  ['makes a group', group, { name: 'www', gid: 900, system: true }, ['groupadd -g 900 -r www']],
  ['renumbers a group', group, { name: 'sudo', gid: 28 }, ['groupmod -g 28 sudo']],
  ['removes a group', group, { name: 'sudo', state: 'absent' }, ['groupdel sudo']],
  [
    'mounts anew what changed',
    mount,
    { path: '/data', src: '/dev/sdb1', fstype: 'ext4', opts: 'noatime', state: 'mounted' },
    ['write /etc/fstab (69 bytes)', 'run mount -o remount /data'],
  ],
  [
    'mounts',
    mount,
    { path: '/new', src: '/dev/sdc1', fstype: 'xfs', state: 'mounted' },
    ['mkdir -p /new', 'write /etc/fstab (98 bytes)', 'run mount /new'],
  ],
  [
    'unmounts',
    mount,
    { path: '/data', state: 'absent' },
    ['umount /data', 'write /etc/fstab (36 bytes)', 'rmdir /data'],
  ],
  [
    'loads a module',
    modprobe,
    { name: 'zfs', params: 'zfs_arc_max=1', persistent: 'present' },
    [
      'modprobe zfs zfs_arc_max=1',
      'write /etc/modules-load.d/zfs.conf (4 bytes, a new file)',
      'write /etc/modprobe.d/zfs.conf (26 bytes, a new file)',
    ],
  ],
  ['unloads a module', modprobe, { name: 'nf_tables', state: 'absent' }, ['modprobe -r nf_tables']],
  ['renames', hostname, { name: 'db' }, ['hostnamectl set-hostname db']],
  ['sets the time zone', timezone, { name: 'UTC' }, ['timedatectl set-timezone UTC']],
  [
    'sets now',
    sysctl,
    { name: 'vm.swappiness', value: 10, sysctl_set: true },
    ['write /etc/sysctl.conf (41 bytes)', 'sysctl -w vm.swappiness=10', 'sysctl -p /etc/sysctl.conf'],
  ],
])('it %s', async (_, action, args, commands) => {
  expect(await runOn(host, action, args)).toMatchObject({ outcome: 'changed', commands, diagnostics: [] });
  expect(await runOn(host, action, args, { check: true })).toMatchObject({
    outcome: 'changed',
    commands: [],
  });
});

test('systemd reads its files anew before it is asked', async () => {
  const args = { name: 'ssh', state: 'started', daemon_reload: true };
  expect(await runOn(host, systemd, args)).toMatchObject({
    outcome: 'ok',
    commands: ['systemctl daemon-reload'],
  });
  expect(await runOn(host, systemd, args, { check: true })).toMatchObject({ outcome: 'ok', commands: [] });
});

// As Ansible's module says in its source: lines of all files count, one option a line, and what goes becomes a comment.
test('modules of the kernel at boot', async () => {
  const done = async (args: Record<string, unknown>) => {
    const { commands, inputs } = await runOn(host, modprobe, args);
    return commands.map((one, index) => [one.replace(/ \(.*/u, ''), inputs[index]]);
  };
  expect(await done({ name: 'dummy', persistent: 'present', params: 'numdummies=2' })).toEqual([
    ['modprobe dummy numdummies=2', ''],
    ['write /etc/modules-load.d/dummy.conf', 'dummy\n'],
  ]);
  expect(await done({ name: 'dummy', persistent: 'present', params: 'numdummies=3 b=4' })).toEqual([
    ['modprobe dummy numdummies=3 b=4', ''],
    ['write /etc/modules-load.d/dummy.conf', 'dummy\n'],
    ['write /etc/modprobe.d/own.conf', '#options dummy numdummies=2\n'],
    ['write /etc/modprobe.d/dummy.conf', 'options dummy numdummies=3\noptions dummy b=4\n'],
  ]);
  expect(await done({ name: 'dummy', state: 'absent', persistent: 'absent' })).toEqual([
    ['write /etc/modprobe.d/own.conf', '#options dummy numdummies=2\n'],
  ]);
  expect(await done({ name: 'nf-tables', persistent: 'absent' })).toEqual([
    ['write /etc/modules-load.d/modules.conf', '# x\n#nf-tables # ours\n'],
  ]);
});

test('a home directory that is missing is made for who is there; a key in it once', async () => {
  const commands = async (args: Record<string, unknown>) =>
    (await runOn(host, user, { name: 'ops', ...args })).commands;
  expect(await commands({ home: '/srv/ops' })).toEqual([
    'usermod -d /srv/ops ops',
    'make the home directory /srv/ops',
  ]);
  expect(await commands({ home: '/srv/ops', move_home: true })).toEqual(['usermod -d /srv/ops -m ops']);
  expect(await commands({ home: '/srv/ops', create_home: false })).toEqual(['usermod -d /srv/ops ops']);
  expect(await commands({ generate_ssh_key: true })).toEqual(['make an SSH key for ops']);
  expect(await commands({ generate_ssh_key: true, ssh_key_file: '.ssh/authorized_keys' })).toEqual([]);
});

test('the hash of a password is in no command line', async () => {
  const { argv, inputs } = await runOn(host, user, { name: 'ops', password: '$6$other$hash' });
  expect([argv, inputs]).toEqual([[['chpasswd', '-e']], ['ops:$6$other$hash\n']]);
});

test('keys are added, replaced in place, and all others removed', async () => {
  const write = async (args: Record<string, unknown>) =>
    (await runOn(host, authorizedKey, { user: 'ops', manage_dir: false, ...args })).inputs;
  expect(await write({ key: 'ssh-rsa CCCC new' })).toEqual([
    `# ours\n${KEY}\nssh-rsa BBBB old\nssh-rsa CCCC new\n`,
  ]);
  expect(await write({ key: 'ssh-ed25519 AAAAC3Nz', comment: 'me', key_options: 'no-pty' })).toEqual([
    '# ours\nno-pty ssh-ed25519 AAAAC3Nz me\nssh-rsa BBBB old\n',
  ]);
  // Comments go too, as with Ansible.
  expect(await write({ key: KEY, exclusive: true })).toEqual([`${KEY}\n`]);
  expect(await write({ key: 'ssh-rsa BBBB', state: 'absent' })).toEqual([`# ours\n${KEY}\n`]);
  const { commands, argv } = await runOn(host, authorizedKey, { user: 'root', key: KEY });
  expect(commands).toEqual([
    'install -d -m 0700 -o 0 -g 0 /root/.ssh',
    'write /root/.ssh/authorized_keys (33 bytes, a new file)',
  ]);
  expect(argv[1]?.slice(4, 8)).toEqual(['/root/.ssh/authorized_keys', '0600', '0', '0']);
});

test('jobs of cron are changed in their place, or go to a file', async () => {
  const install = async (args: Record<string, unknown>) => (await runOn(host, cron, args)).inputs;
  expect(
    await install({ name: 'backup', special_time: 'hourly', job: '/bin/backup', disabled: true }),
  ).toEqual(['MAILTO="x"\n#Ansible: backup\n#@hourly /bin/backup\n@daily other\n']);
  expect(await install({ name: 'backup', state: 'absent' })).toEqual(['MAILTO="x"\n@daily other\n']);
  expect(await install({ name: 'PATH', env: true, job: '/bin' })).toEqual([
    'PATH="/bin"\nMAILTO="x"\n#Ansible: backup\n0 3 * * * /bin/backup\n@daily other\n',
  ]);
  expect(
    await runOn(host, cron, { name: 'a', cron_file: 'ours', user: 'ops', weekday: '1-5', job: 'x' }),
  ).toMatchObject({
    commands: ['write /etc/cron.d/ours (30 bytes, a new file)'],
    inputs: ['#Ansible: a\n* * * * 1-5 ops x\n'],
  });
});

test.each<[string, Action, Record<string, unknown>, string]>([
  [
    'an unknown unit',
    service,
    { name: 'nosuch', state: 'started' },
    'Cannot manage the unit nosuch: systemd knows no such unit',
  ],
  [
    'a masked unit',
    systemd,
    { name: 'off', state: 'started' },
    'Cannot start the unit off: it is masked; masked: no is wanted first',
  ],
  [
    'a password that is no hash',
    user,
    { name: 'ops', password: 'word' },
    'Cannot read "user": "password" is no hash; one is wanted, as "{{ word | password_hash(\'sha512\') }}" gives it',
  ],
  [
    'a key that is none',
    authorizedKey,
    { user: 'ops', key: 'x' },
    'Cannot read "authorized_key": "key" is wrong: it is no public key; a line as in "ssh-ed25519 AAAA… name" is wanted',
  ],
  [
    'a key of nobody',
    authorizedKey,
    { user: 'none', key: KEY },
    'Cannot write the keys of none: there is no such user on this host',
  ],
  [
    'a job without a user',
    cron,
    { name: 'a', job: 'x', cron_file: 'x' },
    'Cannot read "cron": "user" is wanted with "cron_file"',
  ],
  [
    'a mount of nothing',
    mount,
    { path: '/x', state: 'mounted' },
    'Cannot read "mount": "src" and "fstype" are wanted with state: mounted',
  ],
  [
    'a time zone that is none',
    timezone,
    { name: 'Europe/Wien' },
    'Cannot set the time zone Europe/Wien: the host knows no such zone',
  ],
  [
    'a service with nothing to be',
    service,
    { name: 'ssh' },
    'Cannot read "service": "state" or "enabled" is wanted',
  ],
])('%s is refused', async (_, action, args, message) => {
  expect((await runOn(host, action, args)).diagnostics.map((one) => one.message)).toEqual([message]);
});

test('a node of a cluster is not renamed', async () => {
  const files = { ...host.files, '/etc/pve/corosync.conf': '' };
  expect((await runOn({ ...host, files }, hostname, { name: 'db' })).diagnostics[0]?.message).toBe(
    'Cannot rename web to db: it is a node of a cluster, which knows it by this name',
  );
});
