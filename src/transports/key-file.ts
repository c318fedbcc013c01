import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { type Certificate, parseCertificateText } from './certificate.ts';
import { keyType } from './known-hosts.ts';
import { type Sign, signWith } from './sign.ts';
import type { AskSecret } from './surroundings.ts';
import { WireReader } from './wire.ts';

/** What is in a key file. */
export type KeyFile =
  | { readonly kind: 'private'; readonly path: string; readonly publicKey: Buffer; readonly sign: Sign }
  | LockedKeyFile
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly why: string };

/** Serves where the agent holds its private half; an encrypted one also where its passphrase can be asked for. */
export interface LockedKeyFile {
  readonly kind: 'locked';
  readonly path: string;
  readonly publicKey?: Buffer;
  readonly why: 'encrypted' | 'the public half alone' | 'of a security key';
}

/** Reads an OpenSSH private or public key file. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readText(path);
  if (text === undefined) return { kind: 'missing', path };
  if (text instanceof Error) return { kind: 'unusable', path, why: text.message };
  const own = publicText(text);
  if (own !== undefined) return { kind: 'locked', path, publicKey: own, why: 'the public half alone' };
  const publicKey = publicHalf(text);
  if (publicKey !== undefined && keyType(publicKey)?.startsWith('sk-') === true)
    return { kind: 'locked', path, publicKey, why: 'of a security key' };
  const key = parse(text);
  if (!(key instanceof Error)) return privateKey(path, key);
  if (!/encrypted/iu.test(key.message)) return { kind: 'unusable', path, why: key.message };
  const beside = await readText(`${path}.pub`);
  const known = publicKey ?? (typeof beside === 'string' ? publicText(beside) : undefined);
  return { kind: 'locked', path, why: 'encrypted', ...(known !== undefined && { publicKey: known }) };
}

/** Reads the certificate of a file; undefined where there is none of a user in it. */
export async function readCertificate(path: string): Promise<Certificate | undefined> {
  const text = await readText(path);
  return typeof text === 'string' ? parseCertificateText(text) : undefined;
}

/** Decrypts a key file with a passphrase that is asked for, three times at most; the end of a sentence when none fits. */
export async function unlockKeyFile(path: string, ask: AskSecret | undefined): Promise<ParsedKey | Error> {
  const text = await readText(path);
  if (typeof text !== 'string') return new Error('its file is gone');
  for (let attempt = 1; attempt <= 3; attempt++) {
    const again = attempt === 1 ? '' : 'It does not fit. ';
    const passphrase = await ask?.(`${again}Passphrase of ${path}: `);
    if (passphrase === undefined) return new Error('its passphrase was not given');
    const key = parse(text, passphrase);
    if (!(key instanceof Error)) return key;
  }
  return new Error('no passphrase that was given fits');
}

export function privateKey(path: string, key: ParsedKey): KeyFile {
  return { kind: 'private', path, publicKey: key.getPublicSSH(), sign: signWith(key) };
}

/** Undefined when there is no such file. */
async function readText(path: string): Promise<string | undefined | Error> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** ssh2 throws for some broken keys and returns an Error for others; for files of several keys it returns an array, against its types. */
function parse(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed: unknown = ssh2.utils.parseKey(text, passphrase);
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return key instanceof Error || isPrivateKey(key) ? key : new Error('no private key in it');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isPrivateKey(value: unknown): value is ParsedKey {
  if (typeof value !== 'object' || value === null || !('isPrivateKey' in value)) return false;
  return typeof value.isPrivateKey === 'function' && value.isPrivateKey() === true;
}

/** A public key as OpenSSH writes it in files: "ssh-ed25519 AAAA... comment". */
function publicText(text: string): Buffer | undefined {
  const [, type, base64 = ''] = /^\s*([\w@.-]+)\s+(AAAA[A-Za-z0-9+/]+=*)(?:\s|$)/u.exec(text) ?? [];
  const blob = Buffer.from(base64, 'base64');
  return type !== undefined && keyType(blob) === type ? blob : undefined;
}

/** The public key in the clear part of an "openssh-key-v1" file; OpenSSH's PROTOCOL.key. */
function publicHalf(text: string): Buffer | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/u.exec(text.trim())?.[1];
  if (body === undefined) return undefined;
  const reader = new WireReader(Buffer.from(body, 'base64').subarray('openssh-key-v1\0'.length));
  reader.string(); // cipher
  reader.string(); // how its key is made
  reader.string(); // salt
  reader.uint32(); // number of keys
  return reader.string();
}
