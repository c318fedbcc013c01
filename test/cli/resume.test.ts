import { describe, expect, test } from 'vitest';
import { resumeCommand } from '../../src/cli/resume-command.ts';
import { runCli } from './run-cli.ts';

describe('resume', () => {
  test.each([
    [['resume'], 'no run is named; one run is wanted, or --last'],
    [['resume', 'a', 'b'], '"b" is too much; one run is wanted, or --last'],
    [['resume', 'a', '--last'], 'a is named, and --last; one run is wanted, or --last'],
  ])('%j is told to be wrong', async (argv, problem) => {
    expect(await runCli(argv)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Cannot run resume: ${problem}`),
    });
  });

  test('changes nothing in read-only mode', async () => {
    expect(await runCli(['resume', '--last', '--read-only'])).toMatchObject({ code: 6 });
  });
});

test.each([
  [['apply', 'web.yml', '--yes', '--json', '--serial', '1'], 'pvefleet resume R'],
  [
    ['apply', 'web.yml', '-i', 'my lab.yml', '-u', 'ops', '-b', '-f', '5'],
    "pvefleet resume R -i 'my lab.yml' -f 5 -u ops -b",
  ],
  [['run', 'site.yml', '--state', '/x', '-e', '...'], 'pvefleet resume R --state /x'],
  [['nonsense'], 'pvefleet resume R'],
])('after %j the run goes on by: %s', async (argv, command) => {
  expect(await resumeCommand('R', argv)).toBe(command);
});
