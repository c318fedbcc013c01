import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TaskWait } from '../../src/apply/event.ts';
import { createWaits } from '../../src/playbook/waits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what lasts is told after a second, when it is another, once a minute, and when it is over', () => {
  const told: (readonly TaskWait[])[] = [];
  const waits = createWaits((list) => told.push(list));
  const news = (): readonly unknown[] =>
    told.splice(0).map((list) => list.map(({ host, what, seconds }) => [host, what, seconds]));

  waits.begin('pve3', 'Quick').end();
  const one = waits.begin('pve1', 'Restart');
  const since = performance.now();
  vi.advanceTimersByTime(999);
  expect(news()).toEqual([]);
  one.say('it is up', { since, limitSeconds: 600 });
  vi.advanceTimersByTime(1);
  expect(news()).toEqual([[['pve1', 'it is up', 1]]]);
  vi.advanceTimersByTime(59_000);
  expect(news()).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(news()).toEqual([[['pve1', 'it is up', 61]]]);
  const other = waits.begin('pve2', 'Restart');
  one.say('it does not answer', { since });
  vi.advanceTimersByTime(1_000);
  expect(news()).toEqual([
    [['pve1', 'it does not answer', 61]],
    [
      ['pve1', 'it does not answer', 62],
      ['pve2', 'no answer yet', 1],
    ],
  ]);
  // A step of its own runs, which is shown.
  one.hide();
  vi.advanceTimersByTime(1_000);
  expect(news()).toEqual([[['pve2', 'no answer yet', 1]]]);
  one.end();
  expect(news()).toEqual([]);
  other.end();
  expect(news()).toEqual([[]]);
  expect(vi.getTimerCount()).toBe(0);
});
