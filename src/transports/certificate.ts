import { keyType } from './known-hosts.ts';
import { sshString, WireReader } from './wire.ts';

/** An OpenSSH certificate of a user (PROTOCOL.certkeys). */
export interface Certificate {
  readonly blob: Buffer;
  /** The key that it certifies, as it would be without it. */
  readonly publicKey: Buffer;
  readonly keyId: string;
  /** Seconds since 1970; undefined when it is valid for ever. */
  readonly validBefore?: number;
}

/** The strings that make up a public key of each type, after the type itself. */
const keyFields: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

const userCertificate = 1;
const forEver = 0xff_ff_ff_ff_ff_ff_ff_ffn;

/** The key type behind a certificate's: "ssh-ed25519" for "ssh-ed25519-cert-v01@openssh.com"; undefined when it is no certificate's. */
export function certifiedType(type: string): string | undefined {
  const [, name, domain = ''] = /^(.*)-cert-v01(@openssh\.com)$/u.exec(type) ?? [];
  if (name === undefined) return undefined;
  return name.startsWith('sk-') ? `${name}${domain}` : name;
}

/** Takes a certificate apart; undefined when it is none, or one of a host. */
export function parseCertificate(blob: Buffer): Certificate | undefined {
  const type = certifiedType(keyType(blob) ?? '');
  const fields = keyFields[type ?? ''];
  if (type === undefined || fields === undefined) return undefined;
  const reader = new WireReader(blob);
  reader.string();
  reader.string(); // nonce
  const parts = Array.from({ length: fields }, () => reader.string());
  reader.uint64(); // serial number
  const kind = reader.uint32();
  const keyId = reader.string();
  reader.string(); // principals
  reader.uint64(); // valid after
  const validBefore = reader.uint64();
  if (kind !== userCertificate || keyId === undefined || validBefore === undefined) return undefined;
  const publicKey = [sshString(type), ...parts.map((part) => sshString(part ?? ''))];
  return {
    blob,
    publicKey: Buffer.concat(publicKey),
    keyId: keyId.toString(),
    ...(validBefore !== forEver && { validBefore: Number(validBefore) }),
  };
}

/** A certificate as it stands in a file: "ssh-ed25519-cert-v01@openssh.com AAAA... comment". */
export function parseCertificateText(text: string): Certificate | undefined {
  const [, base64] = /^\s*\S+-cert-v01@openssh\.com\s+([A-Za-z0-9+/]+=*)(?:\s|$)/u.exec(text) ?? [];
  return base64 === undefined ? undefined : parseCertificate(Buffer.from(base64, 'base64'));
}
