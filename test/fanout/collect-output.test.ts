import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestOf, outputCollector, sharingEqual } from '../../src/fanout/collect-output.ts';

function collected(...chunks: readonly string[]) {
  const collector = outputCollector(4);
  for (const chunk of chunks) void collector.sink('stdout', Buffer.from(chunk));
  return collector.collected();
}

test('the beginning is kept, what comes after it is counted and hashed', () => {
  expect(collected('ab', 'cdef', 'g')).toEqual({
    stdout: Buffer.from('abcd'),
    stderr: Buffer.alloc(0),
    cut: { stdout: { bytes: 3, sha256: createHash('sha256').update('efg').digest('hex') } },
  });
  expect(collected('abcd').cut).toBeUndefined();
});

test('equal output is equal however it came; what was cut off tells apart', () => {
  expect(digestOf(collected('abcdef'))).toBe(digestOf(collected('abc', 'def')));
  expect(digestOf(collected('abcdef'))).not.toBe(digestOf(collected('abcdeg')));
});

test('equal output is kept once', () => {
  const share = sharingEqual();
  const first = collected('x');
  expect(share(first)).toBe(first);
  expect(share(collected('x'))).toBe(first);
  expect(share(collected('y'))).not.toBe(first);
});
