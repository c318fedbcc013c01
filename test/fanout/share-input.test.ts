import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inMemory, shareInput } from '../../src/fanout/share-input.ts';

async function collect(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* from(chunks: readonly Uint8Array[], onPull = (): void => undefined) {
  for (const chunk of chunks) {
    onPull();
    yield chunk;
  }
}

test('every reader has all of it, however large, whenever it begins', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.alloc(bytes.length * 20_000, bytes))),
      async (chunks) => {
        const shared = shareInput(from(chunks));
        const atOnce = await Promise.all([collect(shared.reader()), collect(shared.reader())]);
        const later = await collect(shared.reader());
        await shared.close();
        for (const found of [...atOnce, later]) expect(found.equals(Buffer.concat(chunks))).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});

test('is read no faster than the fastest wants it', async () => {
  let pulls = 0;
  const shared = shareInput(
    from(
      Array.from({ length: 100 }, () => Buffer.alloc(inMemory / 2)),
      () => pulls++,
    ),
  );
  const fast = shared.reader()[Symbol.asyncIterator]();
  const slow = shared.reader()[Symbol.asyncIterator]();
  await slow.next();
  for (let piece = 0; piece < 2; piece++) await fast.next();
  expect(pulls).toBe(2);
  await shared.close();
});

test('an input that fails fails for those, too, who come later', async () => {
  async function* failing() {
    yield Buffer.from('a');
    throw new Error('EIO');
  }
  const shared = shareInput(failing());
  await expect(collect(shared.reader())).rejects.toThrow('EIO');
  await expect(collect(shared.reader())).rejects.toThrow('EIO');
});
