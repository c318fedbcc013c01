import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newDirectory, open, writeRun } from '../journal/journals.ts';
import { runCli } from './run-cli.ts';

describe('what is wrong with the command line is told', () => {
  test.each([
    [['audit'], 'Cannot run audit: it is not said what; "verify" or "log" is wanted'],
    [['audit', 'check'], 'Cannot run audit: "check" is no part of it; "verify" or "log" is wanted'],
    [['audit', 'log', 'x'], 'Cannot run audit: "x" is too much; "verify" or "log" is wanted'],
    [
      ['audit', 'verify', '--state', '/nonexistent'],
      'Cannot read journals in /nonexistent: there is no such file',
    ],
    [['history', '--state', '/nonexistent'], 'Cannot read journals in /nonexistent: there is no such file'],
    [['show'], 'Cannot run show: no run is named; one is wanted, or "last"'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`error: ${message}`);
  });

  test('times and runs that are none', async () => {
    const state = await newDirectory();
    await writeRun(state, '20260101t000000-aaaa');
    await writeRun(state, '20260101t000000-bbbb');
    const of = async (...argv: readonly string[]) => (await runCli([...argv, '--state', state])).stderr;
    expect(await of('audit', 'log', '--since', 'yesterday')).toContain(
      'Cannot read --since yesterday: it is no time; one as 2026-01-31, 2026-01-31T12:00 or 7d is wanted',
    );
    expect(await of('audit', 'log', '--until', '2026-13-40')).toContain('Cannot read --until 2026-13-40');
    expect(await of('show', '20260101')).toContain('2 begin so; the whole name is wanted');
    expect(await of('show', '20260101t000000-abbb')).toContain('did you mean "20260101t000000-bbbb"?');
  });
});

test('verify looks at one run, or at all, and prints JSON for programs', async () => {
  const state = await newDirectory();
  await writeRun(state, 'run-a');
  const journal = await writeRun(state, 'run-b');
  await appendFile(journal.path, 'more\n');
  const verify = (...argv: readonly string[]) => runCli(['audit', 'verify', ...argv, '--state', state]);
  expect(await verify('run-a')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^1 run, 4 records: nothing found\n(?:.*\n)*nodes were not asked; --nodes /u,
    ),
  });
  const all = await verify('--json');
  expect([all.code, JSON.parse(all.stdout)]).toMatchObject([
    2,
    {
      runs: 2,
      records: 8,
      findings: [
        {
          file: 'run-b.jsonl',
          line: 5,
          what: 'this record has no hash',
          vouched: 'its first 4 records (lines 1 to 4)',
        },
      ],
    },
  ]);
});

test('log shows what was begun and has no end, what was not run, and warns of what it left out', async () => {
  const state = await newDirectory();
  const journal = await open(state, 'run-a');
  const at = '2026-01-31T10:00:00.000Z';
  const step = { at, cluster: 'lab', address: 'vm/100@lab', node: 'pve1' };
  const ended = { exit: 0, seconds: 1, stdout: '', stderr: '', diagnostics: [] };
  await journal.record({ type: 'step-started', step: '1/1', command: 'qm start 100', ...step });
  await journal.record({ type: 'step-started', step: '2/1', command: 'qm stop 100', ...step });
  await journal.record({
    type: 'step-finished',
    step: '2/1',
    command: 'qm stop 100',
    ...step,
    ...ended,
    outcome: 'failed',
    exit: 2,
  });
  await journal.record({
    type: 'step-finished',
    step: '2/2',
    command: 'qm set 100\n\u001b[2J',
    ...step,
    ...ended,
    outcome: 'not-run',
    exit: null,
  });
  await journal.close();
  await appendFile(join(state, 'run-a.jsonl'), 'more\n');
  const log = (...argv: readonly string[]) => runCli(['audit', 'log', '--state', state, ...argv]);
  const { code, stdout, stderr } = await log();
  expect(code).toBe(0);
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/u).slice(-2))).toEqual([
    ['OUTCOME', 'COMMAND'],
    ['unknown', 'qm start 100'],
    ['failed', 'qm stop 100'],
    ['not-run', String.raw`qm set 100 \u001b[2J`],
    [''],
  ]);
  expect(stderr).toBe('run-a.jsonl:6: this record has no hash; nothing from there on is listed\n');
  const count = async (...argv: readonly string[]) =>
    (await log('--json', ...argv)).stdout.split('\n').length - 1;
  expect(await count('--guest', '100')).toBe(3);
  expect(await count('--guest', 'vm/100')).toBe(3);
  expect(await count('--guest', '10')).toBe(0);
  expect(await count('--since', '2026-01-31T10:00', '--until', '2026-01-31T10:00')).toBe(3);
  expect(await count('--since', '2026-01-31 10:01')).toBe(0);
  expect(await count('--user', 'ops', '--node', 'pve1', '--run', 'last')).toBe(3);
});
