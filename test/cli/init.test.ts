import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainFleet, withOwnAddresses } from '../../lab/src/fleet/definition.ts';
import type { Lab } from '../../lab/src/lab.ts';
import { startLab } from '../../lab/src/lab.ts';
import { runCli, runCliIn } from './run-cli.ts';

let home: string;
let lab: Lab;
const start = async (nodes: number): Promise<void> => {
  lab = await startLab({ fleet: withOwnAddresses(plainFleet(nodes, '9')) });
  home = await mkdtemp(join(tmpdir(), 'pvefleet-init-test-'));
  await writeFile(join(home, 'key'), lab.clientKey.privateKey, { mode: 0o600 });
};
beforeEach(() => start(3));
afterEach(async () => {
  await lab.close();
  await rm(home, { recursive: true, force: true });
});

const port = () => lab.nodes[0]?.port ?? 0;
const seed = () => `root@127.10.10.11:${port()}`;
const init = (argv: readonly string[], answer?: string) =>
  runCliIn(
    { env: { HOME: home }, ...(answer !== undefined && { answer }) },
    ['init', '-o', join(home, 'fleet'), '--private-key', join(home, 'key')].concat(argv),
  );
const inventoryFile = () => join(home, 'fleet/inventories/lab.yml');
const written = (file: string) => readFile(join(home, 'fleet', file), 'utf8').catch(() => undefined);

test('shows each host key, asks, and writes an inventory that works', async () => {
  const { code, stdout, stderr } = await init([seed()], 'yes');
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/Accept this host key\? Type yes: [\s\S]*Accept these 2 host keys\?/u),
  ]);
  expect(stdout).toContain('Cluster lab has 3 members: pve[1-3]\n');
  expect(stdout).toMatch(/^pve1 +127\.10\.10\.11 +ssh-ed25519 SHA256:\S{43} +known already$/mu);
  expect(stdout).toMatch(/^pve3 +127\.10\.10\.13 +ssh-ed25519 SHA256:\S{43} +as the cluster records it$/mu);
  expect(await written('inventories/lab.yml')).toBe(`# Made by "pvefleet init" from 127.10.10.11 (pve1).
# Yours to edit: groups, variables and other hosts may be added.
all:
  vars:
    ansible_user: root
    ansible_port: ${port()}
    ansible_ssh_private_key_file: ${join(home, 'key')}
    pvefleet_known_hosts: ../known_hosts
  children:
    lab:
      hosts:
        pve1:
          ansible_host: 127.10.10.11
        pve2:
          ansible_host: 127.10.10.12
        pve3:
          ansible_host: 127.10.10.13
`);
  expect(await runCli(['ping', '-i', inventoryFile()])).toMatchObject({ code: 0, stderr: '' });
});

test('without a terminal nothing is accepted and nothing written', async () => {
  const { code, stderr } = await init([seed()]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: Cannot accept the host key of 127\.10\.10\.11: nobody can be asked without a terminal/u,
  );
  expect(stderr).toMatch(
    /Compare the fingerprint SHA256:\S{43}, then give your consent with --accept-new\n$/u,
  );
  expect(await written('known_hosts')).toBeUndefined();
});

test('any other answer than yes writes no inventory', async () => {
  expect(await init([seed()], 'no')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"yes" is wanted'),
  });
  expect(await written('inventories/lab.yml')).toBeUndefined();
});

test('a member that is down is in the inventory; its key comes with the next run', async () => {
  const mend = lab.faults.add('pve3', { kind: 'dead' });
  const first = await init(['--accept-new', seed()]);
  expect(first).toMatchObject({
    code: 4,
    stdout: expect.stringContaining('Not logged in to: pve3; see below.\n'),
    stderr: expect.stringMatching(/^error: Cannot connect to pve3 /u),
  });
  mend();
  const second = await init(['--accept-new', seed()]);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect((await written('known_hosts'))?.trimEnd().split('\n')).toHaveLength(3);
});

test('a member that shows another key than the cluster records is never accepted', async () => {
  lab.faults.add('pve2', { kind: 'host-key' });
  const { code, stderr, stdout } = await init(['--accept-new', seed()]);
  expect(code).toBe(4);
  expect(stdout).not.toContain('Wrote');
  expect(stderr).toMatch(/^error: Cannot connect to pve2 .*its host key has changed/u);
  expect(await written('inventories/lab.yml')).toBeUndefined();
  expect((await written('known_hosts'))?.trimEnd().split('\n')).toHaveLength(1);
});

test('a key that the cluster records is refused where known_hosts has another one', async () => {
  await init(['--accept-new', seed()]);
  const [first = '', second = '', ...others] = (await written('known_hosts'))?.split('\n') ?? [];
  const wrong = `${second.split(' ')[0]} ${first.split(' ').slice(1).join(' ')}`;
  const file = join(home, 'fleet/known_hosts');
  await writeFile(file, [first, wrong, ...others].join('\n'));
  expect(await init(['--accept-new', '--force', seed()])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /^error: Cannot connect to pve2 .*its host key has changed: .*known_hosts:2\)/u,
    ),
  });
  expect(await readFile(file, 'utf8')).toBe([first, wrong, ...others].join('\n'));
});

test('a file in place of inventories/ is told in words', async () => {
  await mkdir(join(home, 'fleet'));
  await writeFile(join(home, 'fleet/inventories'), '');
  expect(await init(['--accept-new', seed()])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('lab.yml: a file is in its place\n'),
  });
});

test('another inventory is not written over, but with --force', async () => {
  await init(['--accept-new', seed()]);
  await writeFile(inventoryFile(), 'all: { hosts: { mine: } }\n');
  expect(await init(['--accept-new', seed()])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('another inventory is there already'),
  });
  expect(await init(['--accept-new', '--force', seed()])).toMatchObject({ code: 0 });
});

test('a lone node is a host of its own, without a group', async () => {
  await lab.close();
  await start(1);
  const { code, stdout } = await init(['--accept-new', '--json', seed()]);
  expect(code).toBe(0);
  expect((await init(['--accept-new', seed()])).stdout).toContain('(1 host)');
  expect(JSON.parse(stdout)).toMatchObject({
    cluster: null,
    hosts: [{ name: 'pve1', address: '127.10.10.11', type: 'ssh-ed25519', standing: 'known' }],
  });
  expect(await written('inventories/pve1.yml')).toContain(
    '  hosts:\n    pve1:\n      ansible_host: 127.10.10.11\n',
  );
});

test.each([[[]], [['a', 'b']], [['root@']], [['a,b']], [['-oX']]])(
  '%j names no single node',
  async (words) => {
    expect(await runCli(['init', '--', ...words])).toMatchObject({ code: 1 });
  },
);
