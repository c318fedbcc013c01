import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patientExec } from '../../src/apply/patient-exec.ts';
import { fail, ok } from '../../src/diagnostic.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An exec over nodes that are down as long as the test says; what was sent. */
function open() {
  const down = new Set<string>();
  const sent: string[] = [];
  const controller = new AbortController();
  const exec = patientExec(async (host, script) => {
    sent.push(`${host} ${script}`);
    if (down.has(host))
      return fail({
        code: 'transport/refused',
        severity: 'error',
        trouble: 'unreachable',
        message: `${host} is down`,
      });
    return ok({ exit: 0, stdout: Buffer.from(script), stderr: Buffer.alloc(0) });
  }, controller.signal);
  return { exec, down, asked: () => sent.splice(0), abort: () => controller.abort() };
}

const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);

test('a node that is away for a moment is waited for, by all at once', async () => {
  const { exec, down, asked } = open();
  down.add('pve1');
  const both = Promise.all([exec('pve1', 'a'), exec('pve1', 'b')]);
  await pass(2);
  down.clear();
  await pass(1);
  expect((await both).map((each) => each.ok)).toEqual([true, true]);
  expect(asked()).toEqual(['pve1 a', 'pve1 b', 'pve1 :', 'pve1 :', 'pve1 a', 'pve1 b']);
  down.add('pve1');
  const again = exec('pve1', 'c');
  down.clear();
  await pass(1);
  expect(await again).toMatchObject({ ok: true });
});

test('a node that stays away is given up once, and nobody waits for it again; others are not held up', async () => {
  const { exec, down, asked } = open();
  down.add('pve1');
  const first = exec('pve1', 'a');
  expect(await exec('pve2', 'b')).toMatchObject({ ok: true });
  await pass(15);
  expect(await first).toMatchObject({ ok: false, diagnostics: [{ message: 'pve1 is down' }] });
  asked();
  expect(await exec('pve1', 'c')).toMatchObject({ ok: false });
  expect(asked()).toEqual(['pve1 c']);
});

test('who connects anew, and an interrupted run, wait for nobody', async () => {
  const { exec, down, abort } = open();
  down.add('pve1');
  expect(await exec('pve1', 'a', { connectsAnew: true })).toMatchObject({ ok: false });
  const waiting = exec('pve1', 'b');
  await pass(1);
  abort();
  expect(await waiting).toMatchObject({ ok: false });
});
