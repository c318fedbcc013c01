import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { runCli } from './run-cli.ts';

describe('help', () => {
  test('--version is that of package.json', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await runCli(['--version'])).toEqual({
      code: 0,
      stdout: `pvefleet ${manifest.version}\n`,
      stderr: '',
    });
  });

  test.each([['--help'], ['-h'], ['help']])('%s lists every command', async (flag) => {
    const { code, stdout, stderr } = await runCli([flag]);
    expect([code, stderr]).toEqual([0, '']);
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'mu'));
  });

  test('no command: the same on stderr, and exit 1', async () => {
    expect(await runCli([])).toEqual({ code: 1, stdout: '', stderr: (await runCli(['--help'])).stdout });
  });

  test.each(commands)('$name --help names its flags in at most 80 columns', async ({ name, load }) => {
    const { flags } = await load();
    const { code, stdout } = await runCli([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: pvefleet ${name} \\[FLAGS\\]`, 'u'));
    for (const flag of Object.keys(flags)) expect(stdout).toContain(`--${flag}`);
    expect(
      stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('      pvefleet ')),
    ).toEqual([]);
    expect(await runCli(['help', name])).toEqual({ code: 0, stdout, stderr: '' });
  });

  test.each(commands)('no short flag of $name stands for two', async ({ load }) => {
    const shorts = ['h', ...Object.values((await load()).flags).flatMap(({ short }) => short ?? [])];
    expect(new Set(shorts).size).toBe(shorts.length);
  });
});

describe('usage errors', () => {
  test('an unknown command names the nearest', async () => {
    const { code, stdout, stderr } = await runCli(['inventroy']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'error: Cannot run inventroy: there is no such command; did you mean "inventory"?\n',
    );
  });

  test('a flag before the command', async () => {
    expect(await runCli(['-i', 'x.yml', 'inventory'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'Cannot run -i: flags come after the command, as in "pvefleet inventory -i"',
      ),
    });
  });

  test('an unknown flag points at the help page', async () => {
    expect(await runCli(['inventory', '--lits'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: Cannot run inventory: there is no flag --lits; did you mean "--list"?\n  See: pvefleet inventory --help\n',
    });
  });
});
