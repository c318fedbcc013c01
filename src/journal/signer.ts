import { join } from 'node:path';
import { type AgentKey, listAgentKeys, signByAgent } from '../transports/agent.ts';
import { readKeyFile } from '../transports/key-file.ts';
import { fingerprint, keyType } from '../transports/known-hosts.ts';
import { WireReader } from '../transports/wire.ts';
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
    if (file.kind === 'private') {
      const type = keyType(file.publicKey);
      if (type !== kind) return { unsigned: `${path} is a key of type ${type}; ${kind} is wanted` };
      return signed(
        { blob: file.publicKey, comment: '' },
        await file.sign(signedBytes(statement), undefined),
      );
    }
    const wanted = file.kind === 'locked' ? file.publicKey : undefined;
    const held = (await listAgentKeys(agentSocket ?? '')).filter(({ blob }) => keyType(blob) === kind);
    const named = held.find(({ blob }) => wanted?.equals(blob));
    const key = named ?? (keyFile === undefined ? held[0] : undefined);
    if (key === undefined || agentSocket === undefined)
      return { unsigned: whyNone(path, file.kind, keyFile) };
    const signature = await inTime(signByAgent(agentSocket, key.blob, signedBytes(statement), undefined));
    return signature === undefined ? { unsigned: 'the ssh agent did not sign' } : signed(key, signature);
  };
}

/** `signature` has its algorithm's name before it, as SSH sends it (RFC 8709, 6). */
function signed({ blob, comment }: AgentKey, signature: Buffer): Signature {
  const reader = new WireReader(signature);
  reader.string();
  return {
    key: fingerprint(blob),
    publicKey: [kind, blob.toString('base64'), comment].filter((word) => word !== '').join(' '),
    sshsig: armor(blob, reader.string() ?? Buffer.alloc(0)),
  };
}

function whyNone(path: string, found: string, given: string | undefined): string {
  if (found === 'locked') return `${path} is encrypted, and the ssh agent does not hold it`;
  if (given !== undefined) return found === 'missing' ? `there is no key ${path}` : `${path} can't be used`;
  return `there is no ${kind} key, neither ${path} nor in an ssh agent`;
}

/** What comes of it, or undefined when nothing does in some seconds: nobody is waited for who does not touch a key. */
async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), AGENT_SECONDS * 1000);
  });
  const done = await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
  return done;
}
