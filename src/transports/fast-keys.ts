import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { sshString, WireReader } from './wire.ts';

/** What the signature of a key type is made over, where the algorithm does not say it; RFC 5656 6.2.1, RFC 8709 6. */
const hashes: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'ssh-rsa': 'sha1',
};

let installed = false;

/**
 * Has ssh2 verify signatures of host keys with keys that were handed to OpenSSL as numbers, not as PEM text, which costs
 * it more than the signature does. Once for the process: ssh2 makes an object of every host key it is shown.
 */
export function installFastVerify(): void {
  if (installed) return;
  installed = true;
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.alloc(32))]);
  const example = ssh2.utils.parseKey(`ssh-ed25519 ${blob.toString('base64')}`);
  if (example instanceof Error) return;
  const prototype: unknown = Object.getPrototypeOf(example);
  if (!isKeyPrototype(prototype)) return;
  const ordinary = prototype.verify;
  prototype.verify = function fastVerify(data, signature, hash) {
    const usual = hashes[this.type];
    const key = usual === undefined ? undefined : publicKeyOf(this.getPublicSSH());
    if (usual === undefined || key === undefined) return ordinary.call(this, data, signature, hash);
    try {
      return verify(hash ?? usual, Buffer.from(data), key, signature);
    } catch {
      return false;
    }
  };
}

type Verify = (this: ParsedKey, data: Buffer | string, signature: Buffer, hash?: string) => boolean;

function isKeyPrototype(value: unknown): value is { verify: Verify } {
  return (
    typeof value === 'object' && value !== null && 'verify' in value && typeof value.verify === 'function'
  );
}

/** A public key in its binary form (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4) for OpenSSL; undefined when it is none of ours, or broken. */
export function publicKeyOf(blob: Buffer): KeyObject | undefined {
  const reader = new WireReader(blob);
  const [type, one, two] = [reader.string(), reader.string(), reader.string()];
  if (type === undefined || one === undefined) return undefined;
  try {
    const key = toJwk(type.toString('latin1'), one, two);
    return key === undefined ? undefined : createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function toJwk(type: string, one: Buffer, two: Buffer | undefined) {
  const text = (number: Buffer) => number.toString('base64url');
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: text(one) };
  if (two === undefined) return undefined;
  if (type === 'ssh-rsa') return { kty: 'RSA', e: text(one), n: text(two) };
  const [, size] = /^ecdsa-sha2-nistp(256|384|521)$/u.exec(type) ?? [];
  // An uncompressed point: 4, x, y (SEC 1, 2.3.3).
  if (size === undefined || two[0] !== 4) return undefined;
  const half = (two.length - 1) / 2;
  return {
    kty: 'EC',
    crv: `P-${size}`,
    x: text(two.subarray(1, 1 + half)),
    y: text(two.subarray(1 + half)),
  };
}
