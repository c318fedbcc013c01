import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-inventory-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function messages(...paths: readonly string[]): Promise<readonly string[]> {
  const loaded = await loadInventory(paths);
  return loaded.ok ? [] : loaded.diagnostics.map(({ message }) => message.replaceAll(directory, ''));
}

test('several files are one inventory, the later winning; a path belongs to the file that has it', async () => {
  const first = await write(
    'one.yml',
    'a: { hosts: { pve1: { v: 1, w: 1 } }, vars: { pvefleet_known_hosts: kh } }',
  );
  await mkdir(join(directory, 'two'));
  const second = await write(
    'two/two.yml',
    'a: { hosts: { pve1: { v: 2 }, pve2: { pvefleet_known_hosts: kh } } }',
  );
  const loaded = await loadInventory([first, second]);
  expect(
    loaded.ok &&
      loaded.value.nodes.map(({ name, variables, connection }) => [
        name,
        variables['v'],
        connection.knownHosts,
      ]),
  ).toEqual([
    ['pve1', 2, [join(directory, 'kh')]],
    ['pve2', undefined, [join(directory, 'two/kh')]],
  ]);
});

test('the errors of all files come together', async () => {
  const bad = await write('bad.yml', 'a: { hots: { pve1: } }');
  const worse = await write('worse.yml', 'a: [\n');
  expect(await messages(bad, join(directory, 'none.yml'), worse)).toEqual([
    'Cannot read group "a": there is no key "hots" in a group, only hosts, children and vars; did you mean "hosts"?',
    'Cannot read inventory /none.yml: there is no such file',
    expect.stringContaining('Cannot read /worse.yml: '),
  ]);
});

test('this machine has the variables of all, and of a playbook those for it alone', async () => {
  await mkdir(join(directory, 'play/group_vars'), { recursive: true });
  await mkdir(join(directory, 'play/host_vars'));
  const path = await write(
    'of-all.yml',
    'all: { hosts: { pve1: { own: 1 } }, vars: { a: inventory, b: 1 } }',
  );
  await write('play/group_vars/all.yml', 'a: playbook');
  await write('play/host_vars/localhost.yml', 'c: here');
  const variables = async (playbookDirectory?: string) => {
    const loaded = await loadInventory([path], playbookDirectory === undefined ? {} : { playbookDirectory });
    return loaded.ok && loaded.value.ofLocalhost;
  };
  expect(await variables(join(directory, 'play'))).toEqual({ a: 'playbook', b: 1, c: 'here' });
  expect(await variables()).toEqual({ a: 'inventory', b: 1 });
});
