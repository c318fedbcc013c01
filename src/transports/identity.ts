import type { AgentKey } from './agent.ts';
import { signByAgent } from './agent.ts';
import { type Certificate, certifiedType, parseCertificate } from './certificate.ts';
import type { LockedKeyFile } from './key-file.ts';
import { fingerprint, keyType } from './known-hosts.ts';
import type { OfferedKey } from './offer-key.ts';
import type { Sign } from './sign.ts';

/** One key or certificate to log in with. */
export interface Identity extends OfferedKey {
  /** As people know it: "agent key root@desk", "/root/.ssh/id_ed25519". */
  readonly label: string;
  /** Of a certificate the key that it is for. */
  readonly publicKey: Buffer;
  /** Somebody has to do something before it signs: time-outs rest meanwhile. */
  readonly asks: boolean;
}

export function fromFile(label: string, publicKey: Buffer, sign: Sign): Identity {
  return { label, publicKey, blob: publicKey, sign, asks: false };
}

/** An encrypted key, whose passphrase is asked for when the server has said that it would take it. */
export function fromLockedFile(
  { path, publicKey }: LockedKeyFile,
  unlock: (path: string) => Promise<Sign>,
): Identity | undefined {
  if (publicKey === undefined) return undefined;
  const sign: Sign = async (data, hash) => (await unlock(path))(data, hash);
  return { label: path, publicKey, blob: publicKey, sign, asks: true };
}

/** A key or certificate of the agent at a socket. */
export function fromAgent(socket: string, { blob, comment }: AgentKey): Identity {
  const certificate = parseCertificate(blob);
  const publicKey = certificate?.publicKey ?? blob;
  return {
    label: `agent ${certificate === undefined ? 'key' : 'certificate'} ${comment === '' ? fingerprint(publicKey) : comment}`,
    publicKey,
    blob,
    sign: (data, hash) => signByAgent(socket, blob, data, hash),
    asks: keyType(publicKey)?.startsWith('sk-') === true,
  };
}

/** The same key, offered with a certificate from a file. */
export function certified(identity: Identity, path: string, { blob }: Certificate): Identity {
  return { ...identity, label: `certificate ${path}`, blob };
}

export function isCertified({ blob }: Identity): boolean {
  return certifiedType(keyType(blob) ?? '') !== undefined;
}
