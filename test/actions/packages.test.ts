import { expect, test } from 'vitest';
import { aptRepository } from '../../src/actions/apt-repository.ts';
import { apt } from '../../src/actions/apt.ts';
import { deb822Repository } from '../../src/actions/deb822-repository.ts';
import { packageModule } from '../../src/actions/package.ts';
import { ok } from '../../src/diagnostic.ts';
import type { FakeHost } from './fake-host.ts';
import { runOn } from './fake-host.ts';

const host: FakeHost = {
  packages: {
    htop: { version: '3.3.0-4', candidate: '3.4.1-5' },
    jq: { candidate: '1.7-1' },
  },
  files: { '/var/lib/apt/lists': null },
  now: 10_000,
  changed: 8_000,
};

const messages = ({ diagnostics }: Awaited<ReturnType<typeof runOn>>) =>
  diagnostics.map(({ message }) => message);

test.each<[Record<string, unknown>, readonly string[]]>([
  [{ name: 'jq' }, ['run apt-get install jq']],
  [{ name: 'htop,jq', install_recommends: false }, ['run apt-get install --no-install-recommends jq']],
  [{ name: 'htop', state: 'latest' }, ['run apt-get install htop']],
  [{ name: 'htop=3.4*' }, ['run apt-get install htop=3.4*']],
  [{ name: ['htop', 'jq'], state: 'absent', purge: true }, ['run apt-get remove --purge htop']],
  [{ name: 'jq', update_cache: true }, ['run apt-get update', 'run apt-get install jq']],
  [{ name: 'jq', cache_valid_time: 3600 }, ['run apt-get install jq']],
  [{ name: 'jq', cache_valid_time: 60 }, ['run apt-get update', 'run apt-get install jq']],
  [{ update_cache: true }, ['run apt-get update']],
])('apt with %j', async (args, commands) => {
  expect(await runOn(host, apt, args)).toMatchObject({ outcome: 'changed', commands });
});

test.each<[Record<string, unknown>]>([
  [{ name: 'htop' }],
  [{ name: 'htop=3.3.0-4' }],
  [{ name: 'htop=3.3.*' }],
  [{ name: 'jq', state: 'absent' }],
  [{ name: [] }],
  [{ name: 'jq', only_upgrade: true }],
  [{ upgrade: 'dist' }],
  [{ autoremove: true }],
])('apt with %j has nothing to do', async (args) => {
  expect(await runOn(host, apt, args)).toMatchObject({ outcome: 'ok', commands: [] });
});

test('apt asks nothing, and waits for another one', async () => {
  const { argv } = await runOn(host, apt, { name: 'jq', lock_timeout: 5 });
  expect(argv[0]?.join(' ')).toBe(
    'env DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none apt-get -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=5 install jq',
  );
});

test('new lists alone are no change to packages that are there', async () => {
  const ran = await runOn(host, apt, { name: 'htop', update_cache: true });
  expect(ran).toMatchObject({ outcome: 'ok', commands: ['run apt-get update'] });
});

test('a virtual package that another one provides is no change', async () => {
  const says = {
    'run apt-get install awk': '0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n',
  };
  const ran = await runOn({ ...host, says, packages: { awk: { candidate: '1' } } }, apt, { name: 'awk' });
  expect(ran).toMatchObject({ outcome: 'ok', commands: ['run apt-get install awk'] });
});

test('apt upgrades what there is to upgrade', async () => {
  const upgrades = { ...host, upgrades: ['pve-manager'] };
  expect(await runOn(upgrades, apt, { upgrade: 'dist', autoremove: true })).toMatchObject({
    commands: ['run apt-get dist-upgrade --auto-remove'],
    result: { packages: ['pve-manager'] },
  });
  expect(await runOn(upgrades, apt, { upgrade: 'yes' }, { check: true })).toMatchObject({
    outcome: 'changed',
    message: 'check mode: would run apt-get upgrade --with-new-pkgs',
    commands: [],
  });
});

test.each<[Record<string, unknown>, string]>([
  [
    { name: 'nosuch' },
    'Cannot install nosuch: apt knows no such package; a name from its sources is wanted, or update_cache: yes',
  ],
  [
    { name: 'a*' },
    'Cannot read "apt": "a*" is no name of a package; a name as in "htop" or "htop=3.3.0-4" is wanted',
  ],
  [
    { name: 'jq', upgrade: 'yes' },
    'Cannot read "apt": it has both "name" and "upgrade"; one of them is wanted',
  ],
  [{ deb: '/tmp/x.deb' }, 'Cannot install /tmp/x.deb: not found'],
  [{ policy_rc_d: 101 }, 'Cannot read "apt": "policy_rc_d" can\'t be used: it is not supported yet'],
])('apt with %j is refused', async (args, message) => {
  expect(messages(await runOn(host, apt, args))).toEqual([message]);
});

const STANZA = `Components: pve-no-subscription
Enabled: yes
X-Repolib-Name: Proxmox VE
Signed-By: /usr/share/keyrings/proxmox-archive-keyring.gpg
Suites: trixie
Types: deb
URIs: http://download.proxmox.com/debian/pve
`;

test('a deb822 repository is a file of its own', async () => {
  const args = {
    name: 'Proxmox VE',
    uris: 'http://download.proxmox.com/debian/pve',
    suites: 'trixie',
    components: ['pve-no-subscription'],
    signed_by: '/usr/share/keyrings/proxmox-archive-keyring.gpg',
    enabled: true,
  };
  const file = '/etc/apt/sources.list.d/proxmox-ve.sources';
  expect(await runOn({}, deb822Repository, args)).toMatchObject({
    outcome: 'changed',
    commands: [`write ${file} (${STANZA.length} bytes, a new file)`],
    inputs: [STANZA],
    diffs: [{ path: file, before: '', after: STANZA }],
  });
  const there = { files: { [file]: STANZA } };
  expect(await runOn(there, deb822Repository, args)).toMatchObject({ outcome: 'ok', commands: [] });
  expect(await runOn(there, deb822Repository, { name: 'Proxmox VE', state: 'absent' })).toMatchObject({
    commands: [`rm -f ${file}`],
  });
});

// As the module of Ansible 2.15 and later says in its source.
test('a key of a deb822 repository: in the stanza, or fetched by the node to a file', async () => {
  const args = { name: 'a_B c!', uris: 'http://x', suites: './', types: 'deb' };
  const inputs = async (more: Record<string, unknown>, key = '') =>
    (
      await runOn(
        {},
        deb822Repository,
        { ...args, ...more },
        {
          read: () => Promise.resolve(ok({ exit: 0, stdout: Buffer.from(key), stderr: Buffer.alloc(0) })),
        },
      )
    ).inputs;
  const armor = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n';
  expect(await inputs({ signed_by: armor })).toEqual([
    `X-Repolib-Name: a_B c!
Signed-By:
    -----BEGIN PGP PUBLIC KEY BLOCK-----
    .
    x
Suites: ./
Types: deb
URIs: http://x
`,
  ]);
  const [stanza] = await inputs({ signed_by: 'ABCD', pdiffs: true, inrelease_path: 'x' });
  expect(stanza).toContain('Inrelease-Path: x\nX-Repolib-Name: a_B c!\nPdiffs: yes\nSigned-By: ABCD\n');
  for (const [key, ending] of [
    [armor, 'asc'],
    ['\u0001', 'gpg'],
  ] as const) {
    const [directory, file, withFile] = await inputs({ signed_by: 'https://x/key' }, key);
    expect([directory, file]).toEqual(['', key]);
    expect(withFile).toContain(`\nSigned-By: /etc/apt/keyrings/a-b-c.${ending}\n`);
  }
  const there = {
    files: { '/etc/apt/keyrings/a-b-c.gpg': 'x', '/etc/apt/sources.list.d/a-b-c.sources': 'x' },
  };
  expect((await runOn(there, deb822Repository, { ...args, state: 'absent' })).commands).toEqual([
    'rm -f /etc/apt/sources.list.d/a-b-c.sources',
    'rm -f /etc/apt/keyrings/a-b-c.gpg',
  ]);
});

test('a repository line is added once, and removed where it is', async () => {
  const repo = 'deb [arch=amd64] http://deb.debian.org/debian trixie main';
  const file = '/etc/apt/sources.list.d/deb_debian_org_debian.list';
  const ran = await runOn({}, aptRepository, { repo });
  expect(ran.commands).toEqual([`write ${file} (${repo.length + 1} bytes, a new file)`, 'apt-get update']);
  const lines = `# x\n${repo.replaceAll(' ', '  ')} # our own\nother\n`;
  const list = '/etc/apt/sources.list';
  const there = {
    files: { [list]: lines },
    tells: {
      "sh -c grep -sH '' /etc/apt/sources.list /etc/apt/sources.list.d/*.list": [
        0,
        lines.replaceAll(/^(?=.)/gmu, `${list}:`),
      ] as const,
    },
  };
  expect((await runOn(there, aptRepository, { repo })).outcome).toBe('ok');
  expect(await runOn(there, aptRepository, { repo, state: 'absent', update_cache: false })).toMatchObject({
    commands: ['write /etc/apt/sources.list (10 bytes)'],
    inputs: ['# x\nother\n'],
  });
});

test('package is apt on a node, whatever it would use elsewhere', async () => {
  expect(await runOn(host, packageModule, { name: 'jq', use: 'auto' })).toMatchObject({
    outcome: 'changed',
    commands: ['run apt-get install jq'],
  });
  expect(messages(await runOn(host, packageModule, { name: 'jq', use: 'dnf' }))).toEqual([
    'Cannot read "package": "use" is wrong: it is "dnf"; one of auto, apt, ansible.builtin.apt is wanted',
  ]);
});
