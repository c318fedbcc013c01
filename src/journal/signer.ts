import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { readKeyFile } from '../transports/key-file.ts';
import { fingerprint } from '../transports/known-hosts.ts';
import type { Signature } from './entry.ts';
import { armor, signedBytes } from './sshsig.ts';

/** Signs a text, or says why not. Never asks for a passphrase. */
export type Signer = (statement: string) => Promise<Signature | { readonly unsigned: string }>;

export interface SignerOptions {
  /** A key file that was asked for; no other key will do. */
  readonly keyFile: string | undefined;
  readonly agentSocket: string | undefined;
  /** The user's .ssh. */
  readonly directory: string;
}

const kind = 'ssh-ed25519';
const AGENT_SECONDS = 5;

/**
 * Signs with the Ed25519 key that was asked for (its file, or the agent when the file is encrypted); without one with
 * id_ed25519 of the user's .ssh, and else with the agent's first.
 */
export function createSigner({ keyFile, agentSocket, directory }: SignerOptions): Signer {
  return async (statement) => {
    const path = keyFile ?? join(directory, 'id_ed25519');
    const file = await readKeyFile(path);
    if (file.kind === 'private')
      return file.key.type === kind
        ? signed(file.key, Buffer.from(file.key.sign(signedBytes(statement))))
        : { unsigned: `${path} is a key of type ${file.key.type}; ${kind} is wanted` };
    const wanted = file.kind === 'locked' ? file.publicKey : undefined;
    const held = await agentKeys(agentSocket);
    const named = held.find((each) => wanted?.equals(each.getPublicSSH()));
    const key = named ?? (keyFile === undefined ? held[0] : undefined);
    if (key === undefined || agentSocket === undefined)
      return { unsigned: whyNone(path, file.kind, keyFile) };
    const raw = await signWithAgent(agentSocket, key, signedBytes(statement));
    return raw === undefined ? { unsigned: 'the ssh agent did not sign' } : signed(key, raw);
  };
}

function signed(key: ParsedKey, raw: Buffer): Signature {
  const publicKey = key.getPublicSSH();
  return {
    key: fingerprint(publicKey),
    publicKey: [kind, publicKey.toString('base64'), key.comment].filter((word) => word !== '').join(' '),
    sshsig: armor(publicKey, raw),
  };
}

function whyNone(path: string, found: string, given: string | undefined): string {
  if (found === 'locked') return `${path} is encrypted, and the ssh agent does not hold it`;
  if (given !== undefined) return found === 'missing' ? `there is no key ${path}` : `${path} can't be used`;
  return `there is no ${kind} key, neither ${path} nor in an ssh agent`;
}

/** Ed25519 keys of the agent; none when it does not answer. */
function agentKeys(socket: string | undefined): Promise<readonly ParsedKey[]> {
  if (socket === undefined || socket === '') return Promise.resolve([]);
  return inTime<readonly ParsedKey[]>([], (answer) =>
    new ssh2.OpenSSHAgent(socket).getIdentities((_error, keys = []) =>
      answer(keys.flatMap((key) => ('sign' in key && key.type === kind ? [key] : []))),
    ),
  );
}

function signWithAgent(socket: string, key: ParsedKey, data: Buffer): Promise<Buffer | undefined> {
  return inTime<Buffer | undefined>(undefined, (answer) =>
    new ssh2.OpenSSHAgent(socket).sign(key.getPublicSSH(), data, {}, (error, signature) =>
      answer(error === undefined || error === null ? signature : undefined),
    ),
  );
}

/** What a callback gives, or `late` when it gives nothing in some seconds. */
function inTime<T>(late: T, start: (answer: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(late), AGENT_SECONDS * 1000);
    start((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
