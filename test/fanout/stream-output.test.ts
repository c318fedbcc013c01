import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Write } from '../../src/fanout/stream-output.ts';
import { cleaned, lineStream, longestLine, rawStreams } from '../../src/fanout/stream-output.ts';

function keeping() {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const write: Write = (stream, bytes) => {
    kept[stream].push(Buffer.from(bytes));
    return undefined;
  };
  return { write, bytes: (stream: 'stdout' | 'stderr') => Buffer.concat(kept[stream]) };
}

test('lines are whole, however they come, and hold any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
      const { write, bytes } = keeping();
      const stream = lineStream('pve1', write);
      for (const chunk of chunks) await stream.sink('stdout', Buffer.from(chunk));
      await stream.end();
      const text = Buffer.concat(chunks).toString('latin1');
      const lines = text === '' ? [] : text.replace(/\n$/u, '').split('\n');
      expect(bytes('stdout').toString('latin1')).toBe(lines.map((line) => `pve1: ${line}\n`).join(''));
    }),
  );
});

test('a line without an end is broken, so that it takes no memory', async () => {
  const { write, bytes } = keeping();
  const stream = lineStream('pve1', write);
  for (let piece = 0; piece < 3; piece++) await stream.sink('stdout', Buffer.alloc(longestLine, 'x'));
  expect(bytes('stdout').length).toBeGreaterThan(longestLine);
});

test('raw output is not mixed: who comes second waits, and is held back when it says much', async () => {
  const { write, bytes } = keeping();
  const next = rawStreams(write, 4);
  const [first, second, silent] = [next(), next(), next()];
  await first.sink('stdout', Buffer.from('a1'));
  expect(second.sink('stdout', Buffer.from('b1'))).toBeUndefined();
  const held = second.sink('stdout', Buffer.from('b2b3'));
  await second.sink('stderr', Buffer.from('error'));
  await silent.end();
  await first.sink('stdout', Buffer.from('a2'));
  expect([bytes('stdout').toString(), bytes('stderr').toString()]).toEqual(['a1a2', 'error']);
  await first.end();
  await held;
  await second.end();
  expect(bytes('stdout').toString()).toBe('a1a2b1b2b3');
});

test('text is cleaned though its characters come in pieces', async () => {
  const { write, bytes } = keeping();
  const upper = (text: string): string => text.toUpperCase();
  const stream = cleaned({ sink: write, end: () => Promise.resolve() }, { stdout: upper, stderr: undefined });
  for (const byte of Buffer.from('grün')) await stream.sink('stdout', Buffer.of(byte));
  await stream.sink('stderr', Buffer.of(0xff));
  await stream.end();
  expect([bytes('stdout').toString(), [...bytes('stderr')]]).toEqual(['GRÜN', [0xff]]);
});
