import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shQuote } from '../text/sh-quote.ts';
import { type KeyFile, readKeyFile, unlockKeyFile } from './key-file.ts';
import { fingerprint, keyType } from './known-hosts.ts';
import type { KeyChoice, Route } from './route.ts';
import type { Surroundings } from './surroundings.ts';
import { unreachable } from './trouble.ts';
import { UnlockingAgent } from './unlocking-agent.ts';

/** One key to log in with. */
export interface Identity {
  /** As people know it: "agent key root@desk", "/root/.ssh/id_ed25519". */
  readonly label: string;
  readonly publicKey: Buffer;
  method(user: string): AnyAuthMethod;
  /** Signs without asking anybody; absent where a passphrase is asked for first. */
  readonly signer?: Signer;
}

/** Signs for a log-in whose answer is not waited for; undefined when it cannot. */
export interface Signer {
  readonly key: ParsedKey;
  sign(data: Buffer, hash: 'sha512' | undefined): Promise<Buffer | undefined>;
}

export interface Identities {
  readonly usable: readonly Identity[];
  /** Keys that were passed over, and why, for the message when all others are refused. */
  readonly passedOver: readonly string[];
}

const defaultFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Makes the function that finds the keys of a route in the order they are to be tried; each file and each agent is read once, each passphrase asked for once. */
export function createKeyring({
  directory,
  ask,
}: Surroundings): (route: Route) => Promise<Result<Identities>> {
  const files = once(readKeyFile);
  const agents = once(readAgent);
  const unlock = once((path: string) => unlockKeyFile(path, ask));
  return async ({ node, keys }) => {
    const paths = keys.files ?? defaultFiles.map((name) => join(directory, name));
    const [agent, read] = await Promise.all([agents(keys.agentSocket ?? ''), Promise.all(paths.map(files))]);
    const [given] = read;
    const usable = ask === undefined ? undefined : unlock;
    if (node.connection.keyFile !== undefined && given !== undefined)
      return givenKey(node, given, agent, usable);
    return standardKeys(node, agent, read, { directory, keys, unlock: usable });
  };
}

/** A function of one text that is called once for each. */
function once<T>(call: (text: string) => Promise<T>): (text: string) => Promise<T> {
  const calls = new Map<string, Promise<T>>();
  return (text) => {
    const called = calls.get(text) ?? call(text);
    calls.set(text, called);
    return called;
  };
}

type Unlock = (path: string) => Promise<ParsedKey | undefined>;

function givenKey(
  node: Node,
  file: KeyFile,
  agent: readonly Identity[],
  unlock: Unlock | undefined,
): Result<Identities> {
  const path = shQuote(file.path);
  switch (file.kind) {
    case 'private':
      return ok({ usable: [fromFile(file.path, file.key)], passedOver: [] });
    case 'locked': {
      const held = agent.find((identity) => file.publicKey?.equals(identity.publicKey));
      if (held !== undefined) return ok({ usable: [held], passedOver: [] });
      const asked = askedFor(file, unlock);
      if (asked !== undefined) return ok({ usable: [asked], passedOver: [] });
      return fail(
        unreachable(
          node,
          'key-locked',
          `its key ${file.path} is encrypted, the ssh agent does not hold it, and nobody can be asked for its passphrase; it must be in the agent`,
          `ssh-add ${path} (start an agent first, if there is none: eval "$(ssh-agent)")`,
        ),
      );
    }
    case 'missing':
      return fail(
        unreachable(
          node,
          'key-file',
          `there is no key file ${file.path}`,
          `make one with "ssh-keygen -t ed25519 -f ${path}", or mend ansible_ssh_private_key_file`,
        ),
      );
    case 'unusable':
      return fail(
        unreachable(
          node,
          'key-file',
          `its key file ${file.path} cannot be used: ${file.why}; a private key as ssh-keygen writes it is wanted`,
          `write it anew in OpenSSH's format with "ssh-keygen -p -f ${path}"`,
        ),
      );
  }
}

interface Choice {
  readonly directory: string;
  readonly keys: KeyChoice;
  readonly unlock: Unlock | undefined;
}

/** As OpenSSH orders them: keys of the agent whose files are named, others of the agent, files (ssh_config(5), IdentityFile). */
function standardKeys(
  node: Node,
  agent: readonly Identity[],
  files: readonly KeyFile[],
  { directory, keys, unlock }: Choice,
): Result<Identities> {
  const fromFiles: Identity[] = [];
  const held = new Set<Identity>();
  const passedOver: string[] = [];
  for (const file of files) {
    const inAgent = agent.find((identity) => publicKeyOf(file)?.equals(identity.publicKey));
    if (inAgent !== undefined) held.add(inAgent);
    else if (file.kind === 'private') fromFiles.push(fromFile(file.path, file.key));
    else if (file.kind === 'unusable') passedOver.push(`${file.path} (${file.why})`);
    else if (file.kind === 'missing' && keys.files !== undefined) passedOver.push(`${file.path} (not there)`);
    else if (file.kind === 'locked') {
      const asked = askedFor(file, unlock);
      if (asked === undefined) passedOver.push(`${file.path} (encrypted, not in the agent)`);
      else fromFiles.push(asked);
    }
  }
  const canAsk = unlock !== undefined;
  const others = keys.only ? [] : agent.filter((identity) => !held.has(identity));
  const usable = [...held, ...others, ...fromFiles];
  if (usable.length > 0 || canAsk || node.connection.password !== undefined)
    return ok({ usable, passedOver });
  const where = `no ${defaultFiles.join(', ')} in ${directory}`;
  const tried = [
    keys.only ? 'IdentitiesOnly keeps the agent out' : 'no agent with keys',
    ...(passedOver.length > 0 || keys.files !== undefined ? passedOver : [where]),
  ];
  return fail(
    unreachable(
      node,
      'no-key',
      `there is no key to log in with (${tried.join('; ')})`,
      'load a key with "ssh-add FILE", or name one with ansible_ssh_private_key_file in the inventory',
    ),
  );
}

function publicKeyOf(file: KeyFile): Buffer | undefined {
  if (file.kind === 'private') return file.key.getPublicSSH();
  return file.kind === 'locked' ? file.publicKey : undefined;
}

/** An encrypted key whose passphrase is asked for when the server has said that it would take it. */
function askedFor(
  { path, publicKey }: KeyFile & { kind: 'locked' },
  unlock: Unlock | undefined,
): Identity | undefined {
  const key = publicKey === undefined ? undefined : ssh2.utils.parseKey(toText(publicKey));
  if (publicKey === undefined || key === undefined || key instanceof Error || unlock === undefined)
    return undefined;
  return {
    label: path,
    publicKey,
    method: (username) => ({ type: 'agent', username, agent: new UnlockingAgent(key, () => unlock(path)) }),
  };
}

/** A public key as OpenSSH writes it in files. */
function toText(publicKey: Buffer): string {
  return `${keyType(publicKey) ?? ''} ${publicKey.toString('base64')}`;
}

function fromFile(path: string, key: ParsedKey): Identity {
  return {
    label: path,
    publicKey: key.getPublicSSH(),
    method: (username) => ({ type: 'publickey', username, key }),
    signer: { key, sign: async (data, hash) => bufferOrNone(key.sign(data, hash)) },
  };
}

/** The agent's keys; none when it does not answer in 5 s. Keys of kinds ssh2 does not know (security keys) are not among them. */
function readAgent(socket: string): Promise<readonly Identity[]> {
  if (socket === '') return Promise.resolve([]);
  const agent = new ssh2.OpenSSHAgent(socket);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), 5000);
    agent.getIdentities((_error, keys = []) => {
      clearTimeout(timer);
      resolve(keys.flatMap((key) => ('sign' in key ? [fromAgent(socket, key)] : [])));
    });
  });
}

/** ssh2 asks an agent for all its keys on every log-in; this one answers with its one key, and signs with the real one. */
function fromAgent(socket: string, key: ParsedKey): Identity {
  const agent = new ssh2.OpenSSHAgent(socket);
  agent.getIdentities = (answer) => answer(undefined, [key]);
  return {
    label: `agent key ${key.comment === '' ? fingerprint(key.getPublicSSH()) : key.comment}`,
    publicKey: key.getPublicSSH(),
    method: (username) => ({ type: 'agent', username, agent }),
    signer: {
      key,
      sign: (data, hash) =>
        new Promise((resolve) => {
          const options = hash === undefined ? {} : { hash };
          agent.sign(key, data, options, (_error, signature) => resolve(bufferOrNone(signature)));
        }),
    },
  };
}

/** ssh2 returns an Error in place of a signature, against its types. */
function bufferOrNone(signature: unknown): Buffer | undefined {
  return Buffer.isBuffer(signature) ? signature : undefined;
}
