import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shQuote } from '../text/sh-quote.ts';
import { type KeyFile, readKeyFile } from './key-file.ts';
import { fingerprint } from './known-hosts.ts';
import { unreachable } from './trouble.ts';

/** Where keys come from on this machine. */
export interface KeySources {
  /** Socket of the ssh agent, SSH_AUTH_SOCK. */
  readonly agentSocket: string | undefined;
  /** The directory with OpenSSH's default key files, ~/.ssh. */
  readonly directory: string;
}

/** One key to log in with. */
interface Identity {
  /** As people know it: "agent key root@desk", "/root/.ssh/id_ed25519". */
  readonly label: string;
  readonly publicKey: Buffer;
  method(user: string): AnyAuthMethod;
}

export interface Identities {
  readonly usable: readonly Identity[];
  /** Keys that were passed over, and why, for the message when all others are refused. */
  readonly passedOver: readonly string[];
}

const defaultFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Makes the function that finds a node's keys in the order they are to be tried; files and agent are read once. */
export function createKeyring(sources: KeySources): (node: Node) => Promise<Result<Identities>> {
  const files = new Map<string, Promise<KeyFile>>();
  const read = (path: string): Promise<KeyFile> => {
    const reading = files.get(path) ?? readKeyFile(path);
    files.set(path, reading);
    return reading;
  };
  let agent: Promise<readonly Identity[]> | undefined;
  const agentKeys = () => (agent ??= readAgent(sources.agentSocket));
  return async (node) => {
    const { keyFile } = node.connection;
    if (keyFile !== undefined) return givenKey(node, await read(keyFile), agentKeys);
    const paths = defaultFiles.map((name) => join(sources.directory, name));
    return standardKeys(node, await agentKeys(), await Promise.all(paths.map(read)), sources);
  };
}

async function givenKey(
  node: Node,
  file: KeyFile,
  agentKeys: () => Promise<readonly Identity[]>,
): Promise<Result<Identities>> {
  const path = shQuote(file.path);
  switch (file.kind) {
    case 'private':
      return ok({ usable: [fromFile(file.path, file.key)], passedOver: [] });
    case 'locked': {
      const held = (await agentKeys()).find((identity) => file.publicKey?.equals(identity.publicKey));
      if (held !== undefined) return ok({ usable: [held], passedOver: [] });
      return fail(
        unreachable(
          node,
          'key-locked',
          `its key ${file.path} is encrypted, and the ssh agent does not hold it; it must be in the agent`,
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

function standardKeys(
  node: Node,
  agent: readonly Identity[],
  files: readonly KeyFile[],
  sources: KeySources,
): Result<Identities> {
  const usable = [...agent];
  const passedOver: string[] = [];
  for (const file of files) {
    if (file.kind === 'unusable') passedOver.push(`${file.path} (${file.why})`);
    if (file.kind === 'locked' && !holds(agent, file.publicKey))
      passedOver.push(`${file.path} (encrypted, not in the agent)`);
    if (file.kind === 'private' && !holds(agent, file.key.getPublicSSH()))
      usable.push(fromFile(file.path, file.key));
  }
  if (usable.length > 0) return ok({ usable, passedOver });
  const tried = [
    `no agent with keys`,
    ...(passedOver.length > 0 ? passedOver : [`no ${defaultFiles.join(', ')} in ${sources.directory}`]),
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

function holds(identities: readonly Identity[], publicKey: Buffer | undefined): boolean {
  return publicKey !== undefined && identities.some((identity) => identity.publicKey.equals(publicKey));
}

function fromFile(path: string, key: ParsedKey): Identity {
  return {
    label: path,
    publicKey: key.getPublicSSH(),
    method: (username) => ({ type: 'publickey', username, key }),
  };
}

/** The agent's keys; none when it does not answer in 5 s. Keys of kinds ssh2 does not know (security keys) are not among them. */
function readAgent(socket: string | undefined): Promise<readonly Identity[]> {
  if (socket === undefined || socket === '') return Promise.resolve([]);
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
  };
}
