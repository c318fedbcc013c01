import { expect, test } from 'vitest';
import { stoppingLines } from '../../src/report/stopping-lines.ts';

const step = (node: string, command: string) => ({ node, step: '1/1', command });

test('an interrupted run says what it waits for, and what it has left', () => {
  expect(
    stoppingLines({ type: 'stopping', steps: [step('pve2', 'qm start 102'), step('pve1', 'qm start 101')] }),
  ).toEqual([
    'Waiting for 2 steps on pve1, pve2; Ctrl-C again leaves them to go on without this command:',
    '  pve2: qm start 102',
    '  pve1: qm start 101',
  ]);
  expect(stoppingLines({ type: 'left', steps: [step('pve1', 'qm start 101')] })).toEqual([
    'Left: 1 step on pve1; what became of it is found out by "pvefleet resume":',
    '  pve1: qm start 101',
  ]);
  const many = Array.from({ length: 7 }, (_, index) => step(`pve${index + 1}`, 'qm start 1'));
  expect(stoppingLines({ type: 'stopping', steps: many }).at(-1)).toBe('  and 2 more');
});
