import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { recordedArgv } from '../../src/cli/caller.ts';
import { goOnWith } from '../../src/playbook/go-on.ts';
import { runCli } from './run-cli.ts';

const PLAYBOOK = `- hosts: lab
  tasks:
    - name: Greeting
      debug: { msg: "{{ greeting }}" }
      tags: hello
`;

// Nobody listens there: what is refused before any connection exits with 1, what is not with 4.
const INVENTORY =
  'all: { children: { lab: { hosts: { pve1: { ansible_host: 127.0.0.1, ansible_port: 1 } }, vars: { greeting: hi } } } }\n';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-run-'));
  await writeFile(join(directory, 'site.yml'), PLAYBOOK);
  await writeFile(join(directory, 'other.yml'), PLAYBOOK.replace('lab', 'lba'));
  await writeFile(join(directory, 'hosts.yml'), INVENTORY);
});
afterAll(() => rm(directory, { recursive: true }));

const run = (playbook: string, ...argv: readonly string[]) =>
  runCli([
    'run',
    join(directory, playbook),
    '-i',
    join(directory, 'hosts.yml'),
    '--state',
    join(directory, 'state'),
    ...argv,
  ]);

test.each<[string, string, readonly string[], string]>([
  ['a playbook that is not there', 'nowhere.yml', [], 'there is no such file'],
  [
    'a report that cannot be written',
    'site.yml',
    ['--html', '/nowhere/x.html'],
    'Cannot write the report /nowhere/x.html',
  ],
  ['a second playbook', 'site.yml', ['other.yml'], 'more than one is named; one file is wanted'],
  [
    'hosts that the inventory has not',
    'other.yml',
    [],
    'no host and no group is called "lba"; did you mean "lab"?',
  ],
  ['a tag that no task has', 'site.yml', ['--tags', 'helo'], 'did you mean "hello"?'],
  ['a connection variable of -e that is none', 'site.yml', ['-e', 'ansible_port=many'], 'ansible_port'],
  ['variables that are none', 'site.yml', ['-e', 'nonsense'], '"nonsense" is no key=value'],
])('%s is refused before any connection', async (_, playbook, argv, message) => {
  const { code, stdout, stderr } = await run(playbook, ...argv);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
});

test('a state directory that cannot be written to is refused before any connection', async () => {
  const state = join(directory, 'site.yml', 'state');
  const { code, stderr } = await runCli([
    'run',
    join(directory, 'site.yml'),
    '-i',
    join(directory, 'hosts.yml'),
    '--state',
    state,
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain(`Cannot record the run in ${state}: `);
});

test('hosts that do not answer are counted, and the run is in the journal, without values that may be secrets', async () => {
  const { argv } = process;
  onTestFinished(() => void (process.argv = argv));
  process.argv = [
    'node',
    'pvefleet',
    'run',
    'site.yml',
    '-e',
    'greeting=hi db_password=secret',
    '--extra-vars=@f.yml',
  ];
  const { code, stdout } = await run('site.yml', '-e', 'greeting=secret');
  expect(code).toBe(4);
  expect(stdout).toContain('pve1 : ok=0 changed=0 unreachable=1 failed=0 skipped=0');
  const journal = (await readdir(join(directory, 'state'))).find((name) => name.endsWith('.jsonl'));
  const text = await readFile(join(directory, 'state', journal ?? ''), 'utf8');
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: unknown }).event),
  ).toMatchObject([
    { type: 'opened', argv: ['run', 'site.yml', '-e', 'greeting=hi db_password=...', '--extra-vars=@f.yml'] },
    {
      type: 'run-started',
      argv: ['run', 'site.yml', '-e', 'greeting=hi db_password=...', '--extra-vars=@f.yml'],
    },
    { type: 'surveyed', unreachable: [{ host: 'pve1' }] },
    { type: 'play-started', hosts: ['pve1'] },
    { type: 'recap' },
    { type: 'run-finished', exit: 4 },
    { type: 'closed', exit: 4, touched: [] },
    { type: 'sealed' },
  ]);
  expect(text).not.toContain('secret');
});

test.each([
  ['-e', 'count=3'],
  ['-Ce', 'name="a b" other=1'],
  ['-e', '@secrets.yml'],
  ['-e', '{"hosts": ["a"]}'],
  ['--extra-vars=count=3'],
  ['-ecount=3'],
])('variables are recorded as they were given: %s %s', (...argv) => {
  expect(recordedArgv(['run', 'site.yml', ...argv])).toEqual(['run', 'site.yml', ...argv]);
});

test.each([
  [
    ['-e', 'a=1 root_password="x y" b=2'],
    ['-e', 'a=1 root_password=... b=2'],
  ],
  [
    ['-vbe', "API_TOKEN='x y'"],
    ['-vbe', 'API_TOKEN=...'],
  ],
  [
    ['-e', '{"a": 1, "secret": 2}'],
    ['-e', '...'],
  ],
  [['--extra-vars=ssh_key=abc'], ['--extra-vars=ssh_key=...']],
  [['-edb_pw=abc'], ['-edb_pw=...']],
])('variables that are secrets by their names are not recorded: %j', (argv, expected) => {
  expect(recordedArgv(argv)).toEqual(expected);
  expect(goOnWith(recordedArgv(argv))).toContain('"..." stands for what you gave there');
});

test('the command that goes on with a run can be copied', () => {
  expect(goOnWith(recordedArgv(['run', 'site.yml', '-e', 'name="a b" c=1', '-l', 'pve1:!pve2']))).toBe(
    `pvefleet run site.yml -e 'name="a b" c=1' -l 'pve1:!pve2'`,
  );
});

test('a password that a task is given is not recorded', () => {
  expect(recordedArgv(['task', 'all', 'certificates', 'key=-----BEGIN PRIVATE KEY-----\nMIG'])).toEqual([
    'task',
    'all',
    'certificates',
    'key=...',
  ]);
  expect(recordedArgv(['task', 'all', 'user', 'name=x', 'password=hunter2', '{"api_token": "x"}'])).toEqual([
    'task',
    'all',
    'user',
    'name=x',
    'password=...',
    '{...',
  ]);
});

test('connection variables of -e win over those of the inventory', async () => {
  const { stderr, stdout } = await run('site.yml', '-e', 'ansible_port=2', '-e', 'ansible_user=ops');
  expect(stderr + stdout).toContain('Cannot connect to pve1 (ops@127.0.0.1 port 2)');
});

test('--json prints events, one a line', async () => {
  const { stdout } = await run('site.yml', '--json', '-e', 'greeting=hi');
  const types = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(types).toMatchObject([
    { type: 'run-started' },
    { type: 'surveyed' },
    { type: 'play-started' },
    { type: 'recap' },
    { type: 'run-finished' },
  ]);
});
