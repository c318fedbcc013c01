import { describe, expect, it } from 'vitest';
import { beginOf, withoutHistory } from '../../../lab/src/replay/history.ts';
import type { Recording, Step } from '../../../lab/src/replay/recording.ts';

const STEP: Step = {
  node: 'pve1',
  argv: ['qm', 'list'],
  stdin: '',
  exit: 0,
  stdout: '',
  stderr: '',
  files: {},
  filesOn: {},
  volumes: { added: [], removed: [] },
  run: { added: [], removed: [] },
  seconds: 2,
};

const upid = (time: number): string =>
  `UPID:pve1:000004D2:0000ABCD:${time.toString(16).toUpperCase().padStart(8, '0')}:qmstop:100:root@pam:`;

const recorded = (...steps: readonly Partial<Step>[]): Recording => ({
  fidelity: 'real',
  nodes: ['pve1'],
  start: {},
  steps: steps.map((step) => ({ ...STEP, ...step })),
});

describe('when a recording began', () => {
  it('is told by a new guest or a task, less what steps took up to there', () => {
    const made = { argv: ['qm', 'create', '100'], files: { x: 'meta: ctime=1795460010\n' } };
    expect(beginOf(recorded({}, made))).toBe(1795460006);
    expect(beginOf(recorded({}, made, { stdout: `${upid(1795460008)}\n` }))).toBe(1795460002);
    expect(beginOf(recorded({}, {}))).toBe(0);
  });
});

describe('tasks from before', () => {
  it('are left out of JSON and of tables, and of nothing else', () => {
    const rows = [{ upid: upid(1795460009) }, { upid: upid(1795460001) }];
    expect(withoutHistory(`${JSON.stringify(rows)}\n`, 1795460005)).toBe(
      `${JSON.stringify(rows.slice(0, 1))}\n`,
    );
    const table = `+--+\n| UPID |\n+==+\n| ${upid(1795460001)} |\n+--+\n| ${upid(1795460009)} |\n+--+\n`;
    expect(withoutHistory(table, 1795460005)).toBe(`+--+\n| UPID |\n+==+\n| ${upid(1795460009)} |\n+--+\n`);
    expect(withoutHistory(`${upid(1)}\n`, 5)).toBe(`${upid(1)}\n`);
  });
});
