import { expect, test } from 'vitest';
import { createHandshakePace } from '../../src/transports/handshake-pace.ts';

/** How many handshakes of 400 are under way at the most, after so many have ended, in a process that is so late. */
async function mostAtOnce(late: () => number): Promise<number> {
  const pace = createHandshakePace({ start: () => undefined, worst: late, stop: () => undefined });
  let running = 0;
  let most = 0;
  const handshake = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  await Promise.all(Array.from({ length: 400 }, () => pace(handshake)));
  return most;
}

test('handshakes are 16 at once in a process that does not keep up', async () => {
  expect(await mostAtOnce(() => 80)).toBe(16);
});

test('handshakes are more at once the longer a process keeps up, and never all', async () => {
  expect(await mostAtOnce(() => 3)).toBe(96);
});

test('a handshake that fails leaves its turn to the next', async () => {
  const pace = createHandshakePace();
  const ends = await Promise.allSettled(
    Array.from({ length: 40 }, () => pace(() => Promise.reject(new Error('refused')))),
  );
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await pace(() => Promise.resolve('done'))).toBe('done');
});
