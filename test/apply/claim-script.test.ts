import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Begin } from '../../src/apply/claim-script.ts';
import { clearScript } from '../../src/apply/claim-script.ts';
import { stepScript } from '../../src/apply/step-script.ts';
import type { Guard, Step } from '../../src/plan/plan.ts';

/** The scripts in a real sh, with a directory of the test's own in place of /run/pvefleet. */
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-claim-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const first: Begin = { how: 'first' };

function script(command: string, begin: Begin, guards: readonly Guard[] = []): string {
  const step: Step = {
    id: '1/1',
    node: 'pve1',
    act: { run: 'exec', argv: ['sh', '-c', command] },
    guards,
    locks: [],
    effects: [],
    undo: [],
    detached: false,
    timeoutSeconds: 60,
  };
  const text = stepScript(step, {
    unit: 'r-1-1',
    begin,
    digests: {},
    readBack: 'echo read',
    mayChange: undefined,
    note: '',
  });
  return text
    .replaceAll('/run/pvefleet', `${directory}/run`)
    .replaceAll('/var/log/pve/tasks', `${directory}/tasks`);
}

async function sh(text: string) {
  const child = spawn('sh', ['-c', text]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exit] = (await once(child, 'close')) as [number];
  return { exit, stdout, stderr };
}

async function boot(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

const count = (): string => `echo one >>${directory}/runs; echo said; echo warned >&2; sleep 0.1; exit 3`;
const runs = async (): Promise<string> => readFile(join(directory, 'runs'), 'utf8').catch(() => '');
const ended = { exit: 3, stdout: 'said\nread\n', stderr: 'warned\n' };

test('a step that is sent twice at once runs once, and both are told how it ended', async () => {
  const text = script(count(), first);
  expect(await Promise.all([sh(text), sh(text), sh(text)])).toEqual([ended, ended, ended]);
  expect(await sh(script(count(), { how: 'attach', boot: undefined }))).toEqual(ended);
  expect(await runs()).toBe('one\n');
  expect(await sh(script(count(), { how: 'anew' }))).toEqual(ended);
  expect(await runs()).toBe('one\none\n');
});

test('one that is looked for is begun by nobody; after another boot nobody knows', async () => {
  expect(await sh(script(count(), { how: 'attach', boot: await boot() }))).toEqual({
    exit: 1,
    stdout: 'read\n',
    stderr: 'pvefleet-not-begun: r-1-1\n',
  });
  const lost = { exit: 1, stdout: 'read\n', stderr: 'pvefleet-lost: r-1-1\n' };
  expect(await sh(script(count(), { how: 'attach', boot: 'another' }))).toEqual(lost);
  expect(await sh(script(count(), { how: 'attach', boot: undefined }))).toEqual(lost);
  expect(await runs()).toBe('');
});

test('one that runs is waited for, though who began it hears nothing any more', async () => {
  // By a forced command, as sshd may have one: nothing of the script is in the process list.
  const SCRIPT = script(`echo begun; sleep 1.5; ${count()}`, first);
  const child = spawn('sh', ['-c', 'eval "$SCRIPT"'], { env: { ...process.env, SCRIPT } });
  // As when the connection is gone: whatever it wrote there would end it.
  child.stdout.destroy();
  child.stderr.destroy();
  await found('out', 'begun');
  expect(await sh(script(count(), { how: 'attach', boot: await boot() }))).toEqual({
    ...ended,
    stdout: 'begun\nsaid\nread\n',
  });
  expect(await runs()).toBe('one\n');
});

test('one that was killed is lost, and may then be begun again', async () => {
  const child = spawn('sh', ['-c', script('echo begun; exec sleep 60', first)], { detached: true });
  await found('out', 'begun');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  const attach: Begin = { how: 'attach', boot: await boot() };
  expect(await sh(script(count(), attach))).toMatchObject({ exit: 1, stderr: 'pvefleet-lost: r-1-1\n' });
  expect(await sh(script(count(), first))).toEqual(ended);
  expect(await runs()).toBe('one\n');
});

test('what a guard refused is told again, and not tried', async () => {
  const path = join(directory, 'x');
  await writeFile(path, '');
  const guards: readonly Guard[] = [{ require: 'unchanged', path }];
  const refused = { exit: 97, stdout: 'read\n', stderr: `pvefleet-guard: unchanged ${path}\n` };
  expect(await sh(script(count(), first, guards))).toEqual(refused);
  expect(await sh(script(count(), { how: 'attach', boot: await boot() }, guards))).toEqual(refused);
  expect(await runs()).toBe('');
});

test.each([
  [7, { exit: 3, stderr: 'warned\n' }],
  [8, { exit: 97, stderr: 'pvefleet-guard: snapshot s2\n' }],
])('a snapshot that was taken at another time is another one (%i)', async (time, expected) => {
  const path = join(directory, '100.conf');
  await writeFile(
    path,
    'cores: 1\n\n[s1]\nsnaptime: 8\n\n[s2]\ncores: 2\nsnaptime: 7\n\n[s22]\nsnaptime: 8\n',
  );
  const guards: readonly Guard[] = [{ require: 'snapshot', path, name: 's2', time }];
  expect(await sh(script(count(), first, guards))).toMatchObject(expected);
});

const UPID = 'UPID:pve1:0000031A:00061ACC:6B048A4F:qmstart:100:root@pam:';

test.each([
  ['TASK OK', { exit: 0, stderr: '' }],
  ['TASK WARNINGS: 1', { exit: 0, stderr: '' }],
  [
    String.raw`TASK ERROR: start failed: QEMU said "\n"`,
    {
      exit: 1,
      stderr: 'its task failed: start failed: QEMU said "' + String.raw`\n"` + '\n',
    },
  ],
])('a command that exits 0 and names its task ended as its task: %s', async (last, wanted) => {
  await mkdir(join(directory, 'tasks', 'F'), { recursive: true });
  await writeFile(join(directory, 'tasks', 'F', UPID), `began\n${last}\n`);
  expect(await sh(script(`echo '${UPID}'`, first))).toEqual({ ...wanted, stdout: `${UPID}\nread\n` });
  // As pvesh prints it with --output-format json.
  const quoted = await sh(script(`echo '"${UPID}"'`, { how: 'anew' }));
  expect(quoted).toEqual({ ...wanted, stdout: `"${UPID}"\nread\n` });
});

test('a task without a log here says nothing of the step', async () => {
  expect(await sh(script(`echo '${UPID}'`, first))).toMatchObject({ exit: 0, stderr: '' });
});

test('what a run has left is taken away, and nothing of another', async () => {
  await sh(script(count(), first));
  await sh(script(count(), first).replaceAll('r-1-1', 'r2-1-1'));
  await sh(clearScript('r').replaceAll('/run/pvefleet', `${directory}/run`));
  expect(await readdir(join(directory, 'run'))).toEqual(['r2-1-1']);
});

/** Resolves when a file of the step holds a text. */
async function found(name: string, text: string): Promise<void> {
  const path = join(directory, 'run', 'r-1-1', name);
  while (!(await readFile(path, 'utf8').catch(() => '')).includes(text))
    await new Promise((resolve) => setImmediate(resolve));
}
