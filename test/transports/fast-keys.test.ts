import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ssh2, { type ParsedKey } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installFastVerify, publicKeyOf, withFastSign } from '../../src/transports/fast-keys.ts';
import { type KeyType, writeKey } from '../ssh-keys.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function key(type: KeyType): Promise<{ readonly ours: ParsedKey; readonly theirs: ParsedKey }> {
  const { path } = await writeKey(directory, type, type);
  const text = await readFile(path);
  const [ours, theirs] = [ssh2.utils.parseKey(text), ssh2.utils.parseKey(text)];
  if (ours instanceof Error || theirs instanceof Error) throw new Error('not parsed');
  return { ours: withFastSign(ours), theirs };
}

describe.each(['ed25519', 'ecdsa', 'rsa'] as const)('a key of type %s', (type) => {
  const hash = type === 'rsa' ? 'sha512' : undefined;

  test('signs what ssh2 takes as signed, and takes what ssh2 signs', async () => {
    const { ours, theirs } = await key(type);
    const data = Buffer.from('what is signed');
    expect(theirs.verify(data, ours.sign(data, hash), hash)).toBe(true);
    installFastVerify();
    expect(ours.verify(data, theirs.sign(data, hash), hash)).toBe(true);
  });

  test('takes no signature of other data, of another key, or a broken one', async () => {
    installFastVerify();
    const { ours } = await key(type);
    const { ours: other } = await key(type);
    const data = Buffer.from('what is signed');
    const signature = ours.sign(data, hash);
    const broken = Buffer.from(signature);
    broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
    expect([
      ours.verify(Buffer.from('other'), signature, hash),
      other.verify(data, signature, hash),
      ours.verify(data, broken, hash),
    ]).toEqual([false, false, false]);
  });
});

test('a public key of any bytes is a key, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(() => publicKeyOf(Buffer.from(bytes))).not.toThrow();
    }),
  );
});
