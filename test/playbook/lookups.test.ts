import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { firstReads } from '../../src/playbook/first-reads.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import type { Ran } from './run-on-lab.ts';
import { messages, results, runLoaded, valueOf } from './run-on-lab.ts';

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-lookups-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const runIn = (directory: string, plays: string): Promise<Ran> =>
  runLoaded(valueOf(parsePlaybook(plays, join(directory, 'site.yml'))), { directory });

test('a password is made once, kept for this user alone, and encrypted the same way each time', async () => {
  const directory = await emptyDirectory();
  const plays = `- hosts: pve1,pve2
  tasks:
    - debug: { msg: "{{ lookup('password', 'kept/root length=12 chars=digits') }}" }
    - debug: { msg: "{{ lookup('password', 'kept/root encrypt=sha256_crypt') == lookup('password', 'kept/root encrypt=sha256_crypt') }}" }
`;
  const [first, second] = results(await runIn(directory, plays));
  const kept = readFileSync(join(directory, 'kept/root'), 'utf8');
  expect(kept).toMatch(/^\d{12} salt=[./0-9A-Za-z]{16}\n$/u);
  const password = kept.slice(0, 12);
  expect(first).toBe(`debug: pve1 ok "${password}" pve2 ok "${password}"`);
  expect(second).toBe('debug: pve1 ok "true" pve2 ok "true"');
  expect(statSync(join(directory, 'kept/root')).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'kept')).mode & 0o777).toBe(0o700);
});

test('what is read ahead runs no command and makes no password; what depends on one is not read', async () => {
  const directory = await emptyDirectory();
  await writeFile(join(directory, 'name'), 'known\n');
  const playbook = valueOf(
    parsePlaybook(
      `- hosts: pve1
  tasks:
    - file: { path: "/srv/{{ lookup('file', 'name') }}", state: absent }
    - file: { path: "/srv/{{ lookup('pipe', 'touch ran; echo piped') }}", state: absent }
    - file: { path: "/srv/{{ lookup('password', 'made') }}", state: absent }
    - file: { path: /srv/last, state: absent }
`,
      join(directory, 'site.yml'),
    ),
  );
  const inventory = valueOf(parseInventory('all: { hosts: { pve1: } }', 'lab.yml'));
  const script = firstReads(playbook, {
    check: false,
    diff: false,
    directory,
    extraVars: {},
    hosts: valueOf(playHosts(playbook, inventory, inventory.nodes, {})),
    inventory,
    prompted: {},
    tags: { only: [], skip: [] },
  }).scriptFor('pve1');
  expect([...(script ?? '').matchAll(/\/srv\/\w+/gu)].map(([path]) => path)).toEqual([
    '/srv/known',
    '/srv/last',
  ]);
  expect(existsSync(join(directory, 'ran'))).toBe(false);
  expect(existsSync(join(directory, 'made'))).toBe(false);
});

test('variables of other hosts are looked up too, a command once for all', async () => {
  const directory = await emptyDirectory();
  const ran = await runIn(
    directory,
    `- hosts: pve1
  vars: { mine: "{{ lookup('pipe', 'echo x >> count; wc -l < count') }}" }
  tasks:
    - set_fact: { said: "{{ mine }}" }
    - debug: { msg: "{{ hostvars.pve1.said }} {{ hostvars['pve1'].said }} {{ lookup('vars', 'said') }}" }
`,
  );
  expect(results(ran).at(-1)).toBe('debug: pve1 ok "1 1 1"');
});

test('hosts of a play, and files of variables, by a lookup', async () => {
  const directory = await emptyDirectory();
  await writeFile(join(directory, 'own.yml'), 'own: from the file\n');
  process.env['PVEFLEET_TEST_TARGET'] = 'pve2';
  const ran = await runIn(
    directory,
    `- hosts: "{{ lookup('env', 'PVEFLEET_TEST_TARGET') }}"
  vars_files: ["{{ lookup('first_found', 'none.yml', 'own.yml') }}"]
  tasks: [{ debug: { msg: "{{ own }}" } }]
`,
  );
  expect(results(ran)).toEqual(['debug: pve2 ok "from the file"']);
});

test('a loop over a lookup that gives no list is told what to write', async () => {
  const plays = `- hosts: pve1\n  tasks: [{ debug: {}, loop: "{{ lookup('sequence', '3') }}" }]\n`;
  const { events } = await runIn(await emptyDirectory(), plays);
  expect(JSON.stringify(events)).toContain('Use \\"query(…)\\", which always gives a list.');
});

test.each([
  ["lookup('file', 'none')", /lookup\("file"\): Cannot find none: it is at none of .*\/files\/none, /u],
  ["lookup('pipe', 'exit 3')", /lookup\("pipe"\): Cannot use "exit 3": it ended with 3$/u],
  [
    "lookup('vars', 'inventory_hostnam')",
    /there is no variable "inventory_hostnam"; did you mean "inventory_hostname"\?$/u,
  ],
  ["lookup('file', 'x', rstip=false)", /lookup\("file"\): has no option "rstip"; did you mean "rstrip"\?$/u],
  ['lookup(inventory_hostname)', /there is no lookup "pve1"$/u],
  ["lookup('file', 'sealed')", /Cannot read .*sealed: ansible-vault has encrypted it/u],
  ["lookup('template', 'self.j2')", /lookups are made within lookups, 20 deep; one ends in itself$/u],
  ["lookup('template', 'bad.j2')", /Cannot render "\{\{ nowhere \}\}": "nowhere" is not defined$/u],
])('%s says why it gives nothing', async (expression, why) => {
  const directory = await emptyDirectory();
  await writeFile(join(directory, 'sealed'), '$ANSIBLE_VAULT;1.1;AES256\n00\n');
  await writeFile(join(directory, 'self.j2'), `{{ lookup('template', 'self.j2') }}`);
  await writeFile(join(directory, 'bad.j2'), '{{ nowhere }}');
  const ran = await runIn(directory, `- hosts: pve1\n  tasks: [{ debug: { msg: "{{ ${expression} }}" } }]\n`);
  expect(messages(ran)).toEqual([expect.stringMatching(why)]);
});
