import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countAnswers } from '../../src/cli/count-answers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counting(isTTY: boolean) {
  const printed: string[] = [];
  const output = {
    write: (text: string) => void printed.push(text),
    isTTY,
    colour: false,
    columns: 60,
    rows: 24,
  };
  return { counter: countAnswers(['pve1', 'pve2', 'pve3'], output), printed };
}

test('a run of more than a second says who is waited for, and cleans up', () => {
  const { counter, printed } = counting(true);
  counter.answered('pve1');
  vi.advanceTimersByTime(999);
  expect(printed).toEqual([]);
  vi.advanceTimersByTime(1);
  counter.answered('pve3');
  counter.answered('pve2');
  counter.end();
  expect(printed).toEqual([
    '\r1 of 3 answered; waiting for pve[2-3]\u001b[K',
    '\r2 of 3 answered; waiting for pve2\u001b[K',
    '\r3 of 3 answered\u001b[K',
    '\r\u001b[K',
  ]);
});

test.each([
  ['a short run', true],
  ['a run without a terminal', false],
])('%s says nothing', (_, isTTY) => {
  const { counter, printed } = counting(isTTY);
  if (!isTTY) vi.advanceTimersByTime(5000);
  counter.end();
  vi.advanceTimersByTime(5000);
  expect(printed).toEqual([]);
});
