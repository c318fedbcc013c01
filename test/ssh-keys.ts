import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** Where a key pair was written, and its public half as "ssh-ed25519 AAAA...". */
export interface WrittenKey {
  readonly path: string;
  readonly publicKey: string;
}

/** Writes a new key pair; the file of the public half has the ending .pub. */
export async function writeKey(
  directory: string,
  name: string,
  type: KeyType,
  passphrase?: string,
): Promise<WrittenKey> {
  const path = join(directory, name);
  const pair = generate(type, passphrase);
  await writeFile(path, pair.private, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${pair.public}\n`);
  return { path, publicKey: pair.public };
}

/** A name as `ssh-keygen -H` writes it. */
export function hashedName(name: string): string {
  const salt = Buffer.from('twenty bytes of salt');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

/** One of ssh2's Ed25519 key pairs in 256 is broken (its generator drops a zero byte at the start of the public key); such a pair is made anew. */
function generate(type: KeyType, passphrase: string | undefined): { private: string; public: string } {
  const pair = generateUnchecked(type, passphrase);
  return ssh2.utils.parseKey(pair.private, passphrase) instanceof Error ? generate(type, passphrase) : pair;
}

function generateUnchecked(
  type: KeyType,
  passphrase: string | undefined,
): { private: string; public: string } {
  switch (type) {
    case 'ed25519':
      return passphrase === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 1 });
    case 'ecdsa':
      return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
    case 'rsa':
      return ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
  }
}
