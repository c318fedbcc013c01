import { createHash, createPublicKey, verify } from 'node:crypto';
import { sshString, WireReader } from '../transports/wire.ts';

/** Signatures in OpenSSH's format (PROTOCOL.sshsig), of Ed25519 keys: what "ssh-keygen -Y verify -n pvefleet" checks. */

const magic = Buffer.from('SSHSIG');
const namespace = 'pvefleet';
const hashName = 'sha512';
const keyName = 'ssh-ed25519';
const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';

/** The bytes that the key signs for a message. */
export function signedBytes(message: string): Buffer {
  const digest = createHash(hashName).update(message).digest();
  return Buffer.concat([magic, ...[namespace, '', hashName, digest].map(sshString)]);
}

/** The armored signature; `publicKey` and `raw` as in RFC 8709. */
export function armor(publicKey: Buffer, raw: Buffer): string {
  const version = Buffer.from([0, 0, 0, 1]);
  const signature = Buffer.concat([sshString(keyName), sshString(raw)]);
  const parts = [publicKey, namespace, '', hashName, signature].map(sshString);
  const text = Buffer.concat([magic, version, ...parts]).toString('base64');
  return `${[begin, ...(text.match(/.{1,70}/gu) ?? []), end].join('\n')}\n`;
}

/** The key that signed this message; undefined when the signature is not one of this message in our namespace. */
export function signerOf(message: string, armored: string): Buffer | undefined {
  const blob = Buffer.from(armored.replace(begin, '').replace(end, ''), 'base64');
  if (!blob.subarray(0, magic.length).equals(magic)) return undefined;
  const [publicKey, space, reserved, hash, signature] = unpack(blob.subarray(magic.length + 4));
  if (publicKey === undefined || signature === undefined) return undefined;
  if (space?.toString() !== namespace || reserved?.length !== 0 || hash?.toString() !== hashName)
    return undefined;
  const [kind, x] = unpack(publicKey);
  const [signatureKind, raw] = unpack(signature);
  if (kind?.toString() !== keyName || signatureKind?.toString() !== keyName) return undefined;
  if (x?.length !== 32 || raw?.length !== 64) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(null, signedBytes(message), key, raw) ? publicKey : undefined;
}

/** Strings with their lengths before them, as far as they are whole. */
function unpack(bytes: Buffer): readonly Buffer[] {
  const reader = new WireReader(bytes);
  const parts: Buffer[] = [];
  for (let part = reader.string(); part !== undefined; part = reader.string()) parts.push(part);
  return parts;
}
