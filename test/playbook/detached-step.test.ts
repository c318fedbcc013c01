import { expect, onTestFinished, test, vi } from 'vitest';
import type { Exec } from '../../src/apply/exec.ts';
import { NOT_BEGUN_MARK } from '../../src/apply/claim-script.ts';
import type { Result, Trouble } from '../../src/diagnostic.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import { runDetached } from '../../src/playbook/detached-step.ts';
import type { Finished } from '../../src/transports/transport.ts';

const without = (code: string, trouble: Trouble): Result<Finished> =>
  fail({ code, severity: 'error', trouble, message: code, host: 'pve1' });
const lost = without('transport/connection-lost', 'failed');
const away = without('transport/refused', 'unreachable');
const ended = (exit: number, stderr: string): Result<Finished> =>
  ok({ exit, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) });
const done = ended(0, '');

/** Runs a step of which each exec ends so, in turn; gives its end and how often it was sent. */
async function ran(isWaited: boolean, ...ends: readonly Result<Finished>[]) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let sent = 0;
  const exec: Exec = () => Promise.resolve(ends[sent++] ?? away);
  const ending = runDetached({
    host: 'pve1',
    exec,
    act: { run: 'exec', argv: ['uptime'] },
    command: 'uptime',
    note: 'note',
    unit: 'u-1',
    boot: 'boot-1',
    seconds: 60,
    isWaited,
    options: {},
    leave: undefined,
  });
  await vi.runAllTimersAsync();
  return { end: await ending, sent };
}

test.each([true, false])(
  'a node that cannot be connected to right after it was lost is tried again (waited for: %s)',
  async (isWaited) => {
    expect(await ran(isWaited, lost, away, lost, away, done)).toEqual({ end: done, sent: 5 });
    expect(await ran(isWaited, lost)).toEqual({ end: away, sent: 7 });
    expect(await ran(isWaited, away)).toEqual({ end: away, sent: 1 });
  },
);

test('what was lost on its way is begun again', async () => {
  expect(await ran(true, lost, away, ended(1, `${NOT_BEGUN_MARK} u-1\n`), done)).toEqual({
    end: done,
    sent: 4,
  });
});
