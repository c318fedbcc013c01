import { expect, it, vi } from 'vitest';
import { orLeft } from '../../src/apply/leaving.ts';
import { pause } from '../../src/apply/pause.ts';

it('lets any number of steps and pauses wait for one signal, without a warning of Node', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const leave = new AbortController();
  const never = new Promise<string>(() => undefined);
  const steps = Array.from({ length: 40 }, () => orLeft(never, leave.signal));
  const pauses = Array.from({ length: 40 }, () => pause(60, leave.signal));
  leave.abort();
  expect(new Set(await Promise.all(steps))).toEqual(new Set(['left']));
  await Promise.all(pauses);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
