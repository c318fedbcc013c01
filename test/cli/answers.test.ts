import { describe, expect, test } from 'vitest';
import { exitCodeOf, failureTable, foldAnswers, jsonLine } from '../../src/cli/answers.ts';
import type { Answer } from '../../src/cli/exec-everywhere.ts';
import type { Trouble } from '../../src/diagnostic.ts';

function answer(host: string, stdout: string, exit: number | null = 0): Answer {
  return { host, seconds: 0.5, exit, ...(exit === null && { signal: 'SIGKILL' }), stdout, stderr: '' };
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

const asItIs = (text: string): string => text;

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

  test('hosts without an answer have no block', () => {
    expect(foldAnswers([silent('pve1', 'unreachable')], asItIs)).toBe('');
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
  expect(failureTable(answers)).toBe(
    [
      'RESULT             HOSTS  NODE SET',
      'exit 1             2      pve[2,5]',
      'killed by SIGKILL  1      pve3',
      'unreachable        1      pve4',
      'not finished       1      pve6',
      '',
    ].join('\n'),
  );
  expect(failureTable([answer('pve1', '')])).toBe('');
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
      error: { code: 'test/silent', message: 'Cannot reach pve2' },
    },
  ]);
});
