import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReportEvent } from '../../src/apply/event.ts';
import { painter } from '../../src/report/paint.ts';
import { plainReport } from '../../src/report/plain-report.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const waiting = (seconds: number): ReportEvent => ({
  type: 'task-waiting',
  waits: [{ host: 'pve1', task: 'Restart', what: 'no answer yet', seconds, limit: 600 }],
});

test('a log says what is waited for when nothing was printed for ten seconds, then once a minute, and no more when it is over', () => {
  const written: string[] = [];
  const report = plainReport((text) => written.push(text), painter(false));
  report.see({ type: 'task-started', name: 'Restart' }, 'TASK [Restart]\n');
  report.see(waiting(1));
  vi.advanceTimersByTime(9_000);
  expect(written).toEqual(['TASK [Restart]\n']);
  vi.advanceTimersByTime(1_000);
  report.see(waiting(11));
  vi.advanceTimersByTime(60_000);
  report.see({ type: 'task-waiting', waits: [] });
  report.see({ type: 'task-finished', host: 'pve1', outcome: 'changed', diagnostics: [] }, 'changed: pve1\n');
  vi.advanceTimersByTime(600_000);
  expect(written).toEqual([
    'TASK [Restart]\n',
    '    pve1  11 s of 10 min  waiting: no answer yet\n',
    '    pve1  1 min 11 s of 10 min  waiting: no answer yet\n',
    'changed: pve1\n',
  ]);
});
