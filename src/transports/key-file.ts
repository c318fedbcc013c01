import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { withFastSign } from './fast-keys.ts';
import { readStrings } from './read-strings.ts';
import type { AskSecret } from './surroundings.ts';

/** What is in a key file. A locked one (encrypted, or the public half alone) serves where the agent holds its private half. */
export type KeyFile =
  | { readonly kind: 'private'; readonly path: string; readonly key: ParsedKey }
  | { readonly kind: 'locked'; readonly path: string; readonly publicKey?: Buffer }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly why: string };

/** Reads an OpenSSH private or public key file. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'missing', path }
      : { kind: 'unusable', path, why: String(error) };
  }
  const key = parse(text);
  if (!(key instanceof Error)) {
    return key.isPrivateKey()
      ? { kind: 'private', path, key: withFastSign(key) }
      : { kind: 'locked', path, publicKey: key.getPublicSSH() };
  }
  if (!/encrypted/iu.test(key.message)) return { kind: 'unusable', path, why: key.message };
  const publicKey = publicHalf(text) ?? (await readPublicFile(`${path}.pub`));
  return publicKey === undefined ? { kind: 'locked', path } : { kind: 'locked', path, publicKey };
}

/** Decrypts a key file with a passphrase that is asked for, three times at most; undefined when no passphrase fits. */
export async function unlockKeyFile(
  path: string,
  ask: AskSecret | undefined,
): Promise<ParsedKey | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  for (let attempt = 1; attempt <= 3; attempt++) {
    const again = attempt === 1 ? '' : 'It does not fit. ';
    const passphrase = await ask?.(`${again}Passphrase of ${path}: `);
    if (passphrase === undefined) return undefined;
    const key = parse(text, passphrase);
    if (!(key instanceof Error)) return withFastSign(key);
  }
  return undefined;
}

/** ssh2 throws for some broken keys and returns an Error for others; for files of several keys it returns an array, against its types. */
function parse(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed: unknown = ssh2.utils.parseKey(text, passphrase);
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return key instanceof Error || isParsedKey(key) ? key : new Error('no key in it');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'isPrivateKey' in value;
}

/** The public key in the clear part of an encrypted "openssh-key-v1" file; OpenSSH's PROTOCOL.key. */
function publicHalf(text: string): Buffer | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/u.exec(text.trim())?.[1];
  if (body === undefined) return undefined;
  const data = Buffer.from(body, 'base64');
  // The name of the cipher, of the key derivation, its options; the number of keys; the first public key.
  const start = 'openssh-key-v1\0'.length;
  const [cipher, derivation, options] = readStrings(data.subarray(start));
  if (cipher === undefined || derivation === undefined || options === undefined) return undefined;
  const [publicKey] = readStrings(
    data.subarray(start + 16 + cipher.length + derivation.length + options.length),
  );
  return publicKey;
}

async function readPublicFile(path: string): Promise<Buffer | undefined> {
  const file = await readKeyFile(path);
  return file.kind === 'locked' ? file.publicKey : undefined;
}
