import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ssh2, { type ParsedKey } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installFastVerify, publicKeyOf } from '../../src/transports/fast-keys.ts';
import { type KeyType, writeKey } from '../ssh-keys.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function key(type: KeyType): Promise<ParsedKey> {
  const { path } = await writeKey(directory, type, type);
  const parsed = ssh2.utils.parseKey(await readFile(path));
  if (parsed instanceof Error) throw parsed;
  return parsed;
}

describe.each(['ed25519', 'ecdsa', 'rsa'] as const)('a key of type %s', (type) => {
  const hash = type === 'rsa' ? 'sha512' : undefined;

  test('is taken when it has signed', async () => {
    installFastVerify();
    const signing = await key(type);
    const data = Buffer.from('what is signed');
    expect(signing.verify(data, signing.sign(data, hash), hash)).toBe(true);
  });

  test('takes no signature of other data, of another key, or a broken one', async () => {
    installFastVerify();
    const ours = await key(type);
    const other = await key(type);
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
