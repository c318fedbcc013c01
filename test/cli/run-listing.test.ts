import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askingSteps } from '../../src/cli/ask-steps.ts';
import { runCli } from './run-cli.ts';

const SITE = `- name: First play
  hosts: all
  tags: [site]
  pre_tasks:
    - { name: early, debug: {}, tags: pre }
  roles: [web]
  tasks:
    - block:
        - { name: inner, debug: {}, tags: [b, a] }
      always:
        - { name: at last, debug: {} }
    - import_tasks: more.yml
      tags: imported
    - { name: rare, debug: {}, tags: [never, rare] }
- hosts: pve1
  tasks:
    - debug:
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-listing-'));
  await mkdir(join(directory, 'roles/web/tasks'), { recursive: true });
  await writeFile(join(directory, 'site.yml'), SITE);
  await writeFile(join(directory, 'more.yml'), '- { name: from more, debug: {} }\n');
  await writeFile(join(directory, 'roles/web/tasks/main.yml'), '- { name: serve, debug: {}, tags: web }\n');
});
afterAll(() => rm(directory, { recursive: true }));

/** No inventory is given: none is needed to list. */
const run = (...argv: readonly string[]) => runCli(['run', join(directory, 'site.yml'), ...argv]);

test('--list-tasks lists what would be run, by play, as Ansible lists it', async () => {
  const { code, stdout, stderr } = await run('--list-tasks');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`
playbook: ${directory}/site.yml

  play #1 (all): First play\tTAGS: [site]
    tasks:
      early\tTAGS: [pre, site]
      web : serve\tTAGS: [site, web]
      inner\tTAGS: [a, b, site]
      at last\tTAGS: [site]
      from more\tTAGS: [imported, site]

  play #2 (pve1): pve1\tTAGS: []
    tasks:
      debug\tTAGS: []
`);
});

test.each([
  [
    ['--list-tasks', '--tags', 'web,rare'],
    ['web : serve', 'rare'],
  ],
  [['--list-tasks', '--skip-tags', 'site'], ['debug']],
])('%j chooses by tags', async (argv, names) => {
  const { stdout } = await run(...argv);
  expect([...stdout.matchAll(/^ {6}(?<name>.+)\t/gmu)].map(({ groups }) => groups?.['name'])).toEqual(names);
});

test('--list-tags lists the tags of what would be run', async () => {
  const { code, stdout } = await run('--list-tags');
  expect(code).toBe(0);
  expect(stdout).toContain('TASK TAGS: [a, b, imported, pre, site, web]');
});

test('--list-hosts lists the hosts of each play, of those that --limit leaves, as Ansible lists them', async () => {
  const inventory = join(directory, 'hosts.ini');
  await writeFile(inventory, '[lab]\npve1\npve2\n');
  const { code, stdout, stderr } = await run('--list-hosts', '--list-tags', '-i', inventory, '-l', 'pve2');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`
playbook: ${directory}/site.yml

  play #1 (all): First play\tTAGS: [site]
    pattern: ['all']
    hosts (1):
      pve2
      TASK TAGS: [a, b, imported, pre, site, web]

  play #2 (pve1): pve1\tTAGS: []
    pattern: ['pve1']
    hosts (0):
      TASK TAGS: []
`);
  const none = await run('--list-hosts');
  expect([none.code, none.stdout]).toEqual([1, '']);
  expect(none.stderr).toContain('Cannot read an inventory: none is given');
});

test('--syntax-check says that nothing is wrong, or all that is, also in what is imported', async () => {
  expect(await run('--syntax-check')).toEqual({
    code: 0,
    stdout: `playbook: ${directory}/site.yml\n`,
    stderr: '',
  });
  await writeFile(join(directory, 'bad.yml'), '- hosts: all\n  roles: [bad]\n  tasks: [{ debgu: {} }]\n');
  await mkdir(join(directory, 'roles/bad/tasks'), { recursive: true });
  await writeFile(join(directory, 'roles/bad/tasks/main.yml'), '- debug: { msg: "{{ 1 + }}" }\n');
  const bad = await runCli(['run', join(directory, 'bad.yml'), '--syntax-check']);
  expect([bad.code, bad.stdout]).toEqual([1, '']);
  expect(bad.stderr).toMatch(/did you mean "debug"\?\n {2}at \S*bad\.yml:3:13/u);
  expect(bad.stderr).toMatch(/syntax error: [^\n]*\n {2}at \S*roles\/bad\/tasks\/main\.yml:1:12/u);
});

test('--start-at-task of no task is refused, with the nearest name', async () => {
  const { code, stderr } = await run('--start-at-task', 'web : serv');
  expect(code).toBe(1);
  expect(stderr).toContain('Cannot start at the task "web : serv"');
  expect(stderr).toContain('did you mean "web : serve"?');
});

test('--step: no is the answer unless somebody says yes; "continue" asks no more', async () => {
  const answers = ['y', '', 'No', 'yes', undefined, 'c'];
  const asked: string[] = [];
  const mayRun = askingSteps({
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answers.shift());
    },
  });
  const said: boolean[] = [];
  for (let task = 1; task <= 8; task++) said.push(await mayRun(`task ${task}`));
  expect(said).toEqual([true, false, false, true, false, true, true, true]);
  expect(asked).toHaveLength(6);
  expect(asked[0]).toBe('Run the task "task 1"? (N)o/(y)es/(c)ontinue with all: ');
});
