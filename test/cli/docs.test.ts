import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from './run-cli.ts';

test('lists its topics, and prints each', async () => {
  const { code, stdout } = await runCli(['docs']);
  expect(code).toBe(0);
  const names = stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  expect(names).toContain('sudoers');
  for (const name of names) {
    const page = await runCli(['docs', name]);
    expect(page).toMatchObject({ code: 0, stderr: '' });
    expect(page.stdout.length).toBeGreaterThan(500);
  }
});

test.each([
  [['docs', 'sudoer'], 'there is no topic "sudoer"; did you mean "sudoers"?'],
  [['docs', 'sudoers', 'a b'], '"a b" is no user\'s name; small letters, digits, "-" and "_" are wanted'],
  [['docs', 'sudoers', 'a', 'b'], '"b" is no part of it; one topic is wanted'],
  [['docs', 'kinds', 'a'], '"a" is no part of it; one topic is wanted'],
])('%j is told to be wrong', async (argv, problem) => {
  const { code, stderr } = await runCli(argv);
  expect(code).toBe(1);
  expect(stderr).toContain(`Cannot print documentation: ${problem}\n`);
});

const visudo = '/usr/sbin/visudo';

test.skipIf(spawnSync(visudo, ['--version']).error !== undefined)(
  'visudo takes the sudoers file',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pvefleet-sudoers-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'pvefleet');
    const { stdout } = await runCli(['docs', 'sudoers', 'fleet-ops']);
    await writeFile(file, stdout, { mode: 0o440 });
    const checked = spawnSync(visudo, ['-cf', file], { encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stdout: `${file}: parsed OK\n` });
    expect(stdout).toContain('fleet-ops ALL=(root) NOPASSWD: PVEFLEET\n');
  },
);
