import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { sshInteger, sshString } from './wire.ts';

/** Makes a signature with its algorithm, as SSH sends it; `hash` is for RSA alone. */
export type Sign = (data: Buffer, hash: string | undefined) => Promise<Buffer>;

/** Signs with a private key, which is decoded once: ssh2 decodes it anew for every signature, at ten times the cost. */
export function signWith(key: ParsedKey): Sign {
  const decoded = createPrivateKey(key.getPrivatePEM());
  return (data, hash) => Promise.resolve(signature(key.type, decoded, data, hash));
}

const curveHashes: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

function signature(type: string, key: KeyObject, data: Buffer, hash: string | undefined): Buffer {
  const curveHash = curveHashes[type];
  if (curveHash !== undefined) {
    const both = sign(curveHash, data, { key, dsaEncoding: 'ieee-p1363' });
    const half = both.length / 2;
    const numbers = Buffer.concat([sshInteger(both.subarray(0, half)), sshInteger(both.subarray(half))]);
    return Buffer.concat([sshString(type), sshString(numbers)]);
  }
  if (type === 'ssh-rsa') {
    const algorithm = hash === 'sha256' ? 'rsa-sha2-256' : hash === 'sha512' ? 'rsa-sha2-512' : 'ssh-rsa';
    return Buffer.concat([sshString(algorithm), sshString(sign(hash ?? 'sha1', data, key))]);
  }
  return Buffer.concat([sshString(type), sshString(sign(null, data, key))]);
}
