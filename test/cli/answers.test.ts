import { describe, expect, test } from 'vitest';
import { exitCodeOf, failureTable, foldAnswers } from '../../src/cli/answers.ts';
import { diffAnswers } from '../../src/cli/answers-diff.ts';
import { jsonLine } from '../../src/cli/answers-json.ts';
import type { Answer } from '../../src/cli/exec-everywhere.ts';
import type { Trouble } from '../../src/diagnostic.ts';
import { painter } from '../../src/report/paint.ts';

function answer(host: string, stdout: string | Buffer, exit: number | null = 0, stderr = ''): Answer {
  const signal = exit === null ? { signal: 'SIGKILL' } : {};
  return { host, seconds: 0.5, exit, ...signal, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
}

function silent(host: string, trouble: Trouble): Answer {
  const error = {
    code: 'test/silent',
    severity: 'error',
    trouble,
    message: `Cannot reach ${host}`,
    host,
  } as const;
  return { host, seconds: 0.5, errors: [error] };
}

const plain = painter(false);
const asItIs = { paint: plain, clean: (text: string): string => text };

describe('folding', () => {
  test('most hosts first, equals in the order of their hosts', () => {
    const answers = [
      answer('pve1', 'a\n'),
      answer('pve2', 'b\n'),
      answer('pve3', 'b\n'),
      answer('pve4', 'c\n'),
    ];
    const headers = foldAnswers(answers, asItIs).match(/^pve.*$/gmu);
    expect(headers).toEqual(['pve[2-3] (2)', 'pve1 (1)', 'pve4 (1)']);
  });

  test('equal text with another exit code is another answer', () => {
    expect(foldAnswers([answer('pve1', 'a\n'), answer('pve2', 'a\n', 2)], asItIs)).toContain(
      '\npve2 (1): exit 2\n',
    );
  });

  test('no output is an answer too, and a missing line end is added', () => {
    const rule = '---------------\n';
    expect(foldAnswers([answer('pve1', ''), answer('pve2', 'x')], asItIs)).toBe(
      `${rule}pve1 (1)\n${rule}${rule}pve2 (1)\n${rule}x\n`,
    );
  });

  test('what is missing at an end is told there, and tells answers apart', () => {
    const cut = (host: string, sha256: string): Answer => ({
      ...answer(host, 'a'),
      cut: { stdout: { bytes: 5, sha256 } },
    });
    const text = foldAnswers([cut('pve1', 'aa'), cut('pve2', 'bb'), cut('pve3', 'aa')], asItIs);
    expect(text.match(/^pve.*$/gmu)).toEqual(['pve[1,3] (2)', 'pve2 (1)']);
    expect(text).toContain('\na\n[cut here: 5 more bytes, SHA-256 aa; --raw and --lines show all]\n');
  });

  test('guests are named after their addresses', () => {
    const guest = (vmid: number): Answer => ({
      ...answer(`vm/${vmid}@lab`, 'x\n'),
      guest: { vmid, name: `web${vmid - 99}`, node: 'pve1' },
    });
    expect(foldAnswers([guest(100), guest(101)], asItIs)).toContain('\nvm/[100-101]@lab (2) web[1-2]\n');
  });

  test('hosts without an answer have no block', () => {
    expect(foldAnswers([silent('pve1', 'unreachable')], asItIs)).toBe('');
  });
});

describe('differences', () => {
  test('are shown against what most hosts answer', () => {
    const answers = [
      answer('pve1', 'a\nb\n'),
      answer('pve2', 'a\nc\n', 1, 'bad\n'),
      answer('pve3', 'a\nb\n'),
    ];
    expect(diffAnswers(answers, asItIs)).toBe(
      [
        '--- pve[1,3] (2)',
        '+++ pve2 (1): exit 1',
        '@@ -1,2 +1,4 @@',
        ' a',
        '-b',
        '+c',
        '+--- stderr',
        '+bad',
        '',
      ].join('\n'),
    );
  });

  test('that are none are said to be none', () => {
    expect(diffAnswers([answer('pve1', 'a'), answer('pve2', 'a')], asItIs)).toBe(
      'pve[1-2] (2): all the same\n',
    );
    expect(diffAnswers([silent('pve1', 'failed')], asItIs)).toBe('');
  });
});

test('the table of failures folds who failed alike', () => {
  const answers = [
    answer('pve1', ''),
    answer('pve2', '', 1),
    answer('pve3', '', null),
    silent('pve4', 'unreachable'),
    answer('pve5', 'x', 1),
    silent('pve6', 'failed'),
  ];
  expect(failureTable(answers, plain)).toBe(
    [
      'RESULT             HOSTS  NODE SET',
      'exit 1             2      pve[2,5]',
      'killed by SIGKILL  1      pve3',
      'unreachable        1      pve4',
      'not finished       1      pve6',
      '',
    ].join('\n'),
  );
  expect(failureTable([answer('pve1', '')], plain)).toBe('');
});

test.each<[string, readonly Answer[], number]>([
  ['all well', [answer('a', '')], 0],
  ['a code', [answer('a', '', 9)], 3],
  ['a signal', [answer('a', '', null)], 3],
  ['no answer', [answer('a', ''), silent('b', 'unreachable')], 4],
  ['no end', [silent('a', 'failed'), silent('b', 'unreachable')], 3],
  ['a code and no answer', [silent('b', 'unreachable'), answer('a', '', 1)], 3],
])('exit code of %s', (_, answers, code) => {
  expect(exitCodeOf(answers)).toBe(code);
});

test('a line of JSON has the same keys for every host', () => {
  const lines = [answer('pve1', 'a'), silent('pve2', 'unreachable')].map(
    (each) => JSON.parse(jsonLine(each)) as object,
  );
  expect(lines).toEqual([
    { host: 'pve1', exit: 0, signal: null, stdout: 'a', stderr: '', seconds: 0.5, error: null },
    {
      host: 'pve2',
      exit: null,
      signal: null,
      stdout: null,
      stderr: null,
      seconds: 0.5,
      error: expect.objectContaining({
        code: 'test/silent',
        trouble: 'unreachable',
        message: 'Cannot reach pve2',
      }),
    },
  ]);
});

test('in JSON, bytes that are no text are there as base64 too', () => {
  const line: unknown = JSON.parse(jsonLine(answer('pve1', Buffer.of(0xff, 0x00))));
  expect(line).toMatchObject({ stdout: '\ufffd\0', stdoutBase64: '/wA=' });
});
