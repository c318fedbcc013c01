import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { runScript } from '../../src/inventory/run-script.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-sources-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function write(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function messages(...paths: readonly string[]): Promise<readonly string[]> {
  const loaded = await loadInventory(paths);
  return loaded.ok ? [] : loaded.diagnostics.map(({ message }) => message.replaceAll(directory, ''));
}

async function names(...paths: readonly string[]): Promise<readonly string[]> {
  const loaded = await loadInventory(paths);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  return loaded.value.nodes.map(({ name }) => name);
}

describe('the form of a file', () => {
  test.each([
    ['hosts', 'pve1\npve2\n'],
    ['hosts', '# mine\n\npve1 ansible_port=22\npve2\n'],
    ['hosts', 'all:\n  hosts:\n    pve1:\n    pve2:\n'],
    ['hosts', '---\nall: { hosts: { pve1: , pve2: } }\n'],
    ['hosts', '{"all": {"hosts": {"pve1": {}, "pve2": {}}}}'],
    ['hosts.ini', '[a]\npve1\npve2\n'],
    ['hosts.yml', '[a]\npve1\npve2\n'],
    ['hosts.lan', 'pve1:2222\npve2:2222\n'],
  ])('%s: %j', async (name, text) => {
    expect(await names(await write(`form/${name}`, text))).toEqual(['pve1', 'pve2']);
  });

  test('data that is executable by chance is read, not run', async () => {
    expect(await names(await write('chance.yml', 'all: { hosts: { pve1: } }', 0o755))).toEqual(['pve1']);
  });
});

describe('scripts', () => {
  test.each([
    ['exit', '#!/bin/sh\necho away >&2\nexit 3\n', 'it ended with exit code 3; 0 is wanted (it said: away)'],
    ['text', '#!/bin/sh\necho hello\n', 'what it printed is no JSON; a JSON object is wanted'],
    ['list', '#!/bin/sh\necho "[1]"\n', 'what it printed is no JSON object; groups are wanted'],
    ['gone', '#!/nonexistent/python\n', 'the program that its first line names does not exist'],
    ['killed', '#!/bin/sh\nkill -9 $$\n', 'it was ended by SIGKILL'],
  ])('one that fails: %s', async (name, text, problem) => {
    const path = await write(`scripts/${name}`, text, 0o755);
    expect(await messages(path)).toEqual([`Cannot run inventory script /scripts/${name} --list: ${problem}`]);
  });

  test('one that does not end is killed', async () => {
    const path = await write('scripts/endless', '#!/bin/sh\nexec sleep 600\n', 0o755);
    expect(await runScript(path, [], 0.2)).toEqual({ problem: 'it did not end within 0.2 s and was killed' });
  });

  test('one that may not be run', async () => {
    const path = await write('scripts/plain', '#!/bin/sh\necho "{}"\n', 0o644);
    expect(await messages(path)).toEqual([
      'Cannot run inventory script /scripts/plain --list: it is a script but not executable for you; chmod +x is wanted',
    ]);
  });

  test('groups of a wrong shape', async () => {
    const json =
      '{"a": {"hosts": "pve1"}, "b": {"hosts": ["pve2"], "vars": [1]}, "c": 7, "_meta": {"hostvars": {"pve2": 5}}}';
    const path = await write('scripts/shape', `#!/bin/sh\necho '${json}'\n`, 0o755);
    expect(await messages(path)).toEqual([
      'Cannot read vars of group "b": it is a list; a mapping is wanted',
      'Cannot read group "c": it is 7; a mapping is wanted',
      'Cannot read _meta.hostvars of "pve2" of the script /scripts/shape: it is no mapping; names with variables are wanted',
    ]);
  });
});

describe('lists of hosts', () => {
  test('names, ranges and ports', async () => {
    const loaded = await loadInventory(['pve[1:2], db:2200 ,']);
    expect(
      loaded.ok && loaded.value.nodes.map(({ name, groups, connection: { port } }) => [name, groups, port]),
    ).toEqual([
      ['pve1', ['all', 'ungrouped'], 22],
      ['pve2', ['all', 'ungrouped'], 22],
      ['db', ['all', 'ungrouped'], 2200],
    ]);
  });

  test('errors stand in the list', async () => {
    const loaded = await loadInventory(['pve1,a b,']);
    expect(!loaded.ok && loaded.diagnostics.map(({ at }) => at)).toEqual([
      { file: '-i pve1,a b,', line: 1, column: 6 },
    ]);
  });

  test('a file that has a comma in its name is a file', async () => {
    expect(await names(await write('a,b', 'pve7\n'))).toEqual(['pve7']);
  });
});

describe('group_vars and host_vars', () => {
  test('errors of their files have their places', async () => {
    const path = await write('broken/hosts', '[web]\npve1\n');
    await write('broken/group_vars/web.yml', '- a\n');
    await write('broken/group_vars/all/x.yml', 'a: [\n');
    await write('broken/host_vars/pve1.yml', 'good: 1\nno-dash: 1\nansible_port: ssh\n');
    const loaded = await loadInventory([path]);
    expect(
      !loaded.ok &&
        loaded.diagnostics.map(({ message, at }) => [
          at?.file.replace(directory, ''),
          at?.line,
          message.replace(directory, ''),
        ]),
    ).toEqual([
      [
        '/broken/group_vars/all/x.yml',
        expect.any(Number),
        expect.stringContaining('Cannot read /broken/group_vars/all/x.yml: '),
      ],
      [
        '/broken/group_vars/web.yml',
        1,
        'Cannot read variables from /broken/group_vars/web.yml: it is no mapping; names with values are wanted',
      ],
      [
        '/broken/host_vars/pve1.yml',
        2,
        'Cannot read variable "no-dash": it is no variable name; letters, digits and "_" are wanted',
      ],
      [
        '/broken/host_vars/pve1.yml',
        3,
        'Cannot use ansible_port: it is "ssh"; a port from 1 to 65535 is wanted',
      ],
    ]);
  });

  test('a path in them is seen from the directory that they are in', async () => {
    const path = await write('paths/hosts', 'pve1\n');
    await write('paths/group_vars/all/main.yml', 'pvefleet_known_hosts: keys/known\n');
    const loaded = await loadInventory([path]);
    expect(loaded.ok && loaded.value.nodes[0]?.connection.knownHosts).toEqual([
      join(directory, 'paths/keys/known'),
    ]);
  });
});

test('an empty directory is an inventory without hosts', async () => {
  await mkdir(join(directory, 'nothing'));
  expect(await names(join(directory, 'nothing'))).toEqual([]);
});
