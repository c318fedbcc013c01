import { join } from 'node:path';
import { ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { listAgentKeys } from './agent.ts';
import type { Certificate } from './certificate.ts';
import { certified, fromAgent, fromFile, fromLockedFile, type Identity, isCertified } from './identity.ts';
import { type KeyFile, privateKey, readCertificate, readKeyFile, unlockKeyFile } from './key-file.ts';
import { keyFileRefusal, noKeyRefusal } from './key-trouble.ts';
import type { Route } from './route.ts';
import { type Sign, signWith } from './sign.ts';
import type { Surroundings } from './surroundings.ts';

export interface Identities {
  readonly usable: readonly Identity[];
  /** Keys that were passed over, and why, for the message when all others are refused. */
  readonly passedOver: readonly string[];
}

const defaultFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** What a log-in can be made with: read, but not yet in order. */
interface Found {
  readonly agent: readonly Identity[];
  readonly files: readonly KeyFile[];
  readonly certificates: readonly CertificateFile[];
  /** Undefined when nobody can be asked. */
  readonly unlock: ((path: string) => Promise<Sign>) | undefined;
}

interface CertificateFile {
  readonly path: string;
  readonly certificate: Certificate;
}

/** Makes the function that finds the keys of a route in the order they are to be tried; each file and each agent is read once, each passphrase asked for once. */
export function createKeyring({
  directory,
  ask,
}: Surroundings): (route: Route) => Promise<Result<Identities>> {
  const files = once(readUnlocked);
  const signers = once(unlockSigner);
  const certificates = once(readCertificateFile);
  const agents = once(async (socket: string) =>
    (await listAgentKeys(socket)).map((key) => fromAgent(socket, key)),
  );
  return async ({ node, keys }) => {
    const paths = keys.files ?? defaultFiles.map((name) => join(directory, name));
    const certificatePaths = [...paths.map((path) => `${path}-cert.pub`), ...keys.certificateFiles];
    const [agent, read, certificatesRead] = await Promise.all([
      agents(keys.agentSocket ?? ''),
      Promise.all(paths.map(files)),
      Promise.all(certificatePaths.map(certificates)),
    ]);
    const found: Found = {
      agent,
      files: read,
      certificates: certificatesRead.filter((file) => file !== undefined),
      unlock: ask === undefined ? undefined : signers,
    };
    const [given] = read;
    if (node.connection.keyFile !== undefined && given !== undefined) return givenKey(node, given, found);
    return standardKeys(node, found, { directory, named: keys.files !== undefined, only: keys.only });
  };

  /** An encrypted file that does not tell its public half cannot even be offered before it is unlocked. */
  async function readUnlocked(path: string): Promise<KeyFile> {
    const file = await readKeyFile(path);
    if (file.kind !== 'locked' || file.publicKey !== undefined || ask === undefined) return file;
    const key = await unlockKeyFile(path, ask);
    if (key instanceof Error) return { kind: 'unusable', path, why: key.message };
    return privateKey(path, key);
  }

  async function unlockSigner(path: string): Promise<Sign> {
    const key = await unlockKeyFile(path, ask);
    if (key instanceof Error) throw key;
    return signWith(key);
  }
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

async function readCertificateFile(path: string): Promise<CertificateFile | undefined> {
  const certificate = await readCertificate(path);
  return certificate === undefined ? undefined : { path, certificate };
}

/** The one key that the inventory names, with what certifies it. */
function givenKey(node: Node, file: KeyFile, found: Found): Result<Identities> {
  const { publicKey } = sorted(file);
  const held = publicKey === undefined ? [] : found.agent.filter((each) => each.publicKey.equals(publicKey));
  const own = held.length > 0 ? held : ownKey(file, found);
  if (own.length === 0) return keyFileRefusal(node, file);
  const { usable, passedOver } = withCertificates(own, found.certificates);
  return ok({ usable, passedOver });
}

interface Choice {
  readonly directory: string;
  /** The files are named in the configuration; else they are OpenSSH's default ones. */
  readonly named: boolean;
  readonly only: boolean;
}

/**
 * Keys of the agent whose files are named, keys of files that are named, others of the agent, default files, then what
 * a passphrase is asked for. OpenSSH tries all the agent's before the named files, and so comes no further than to
 * MaxAuthTries when these are many.
 */
function standardKeys(node: Node, found: Found, { directory, named, only }: Choice): Result<Identities> {
  const held: Identity[] = [];
  const fromFiles: Identity[] = [];
  const asked: Identity[] = [];
  const passedOver: string[] = [];
  for (const file of found.files) {
    const { publicKey, why } = sorted(file);
    const inAgent =
      publicKey === undefined ? [] : found.agent.filter((each) => each.publicKey.equals(publicKey));
    held.push(...inAgent);
    const own = inAgent.length > 0 ? [] : ownKey(file, found);
    for (const identity of own) (identity.asks ? asked : fromFiles).push(identity);
    if (inAgent.length + own.length === 0 && (file.kind !== 'missing' || named))
      passedOver.push(`${file.path} (${why})`);
  }
  const others = only ? [] : found.agent.filter((identity) => !held.includes(identity));
  const inOrder = named ? [...held, ...fromFiles, ...others] : [...held, ...others, ...fromFiles];
  const all = withCertificates([...inOrder, ...asked], found.certificates);
  passedOver.push(...all.passedOver);
  if (all.usable.length > 0 || found.unlock !== undefined || node.connection.password !== undefined)
    return ok({ usable: all.usable, passedOver });
  const where = `no ${defaultFiles.join(', ')} in ${directory}`;
  return noKeyRefusal(node, [
    only ? 'IdentitiesOnly keeps the agent out' : 'no agent with keys',
    ...(passedOver.length > 0 || named ? passedOver : [where]),
  ]);
}

/** The key that is in a file itself, or none. */
function ownKey(file: KeyFile, { unlock }: Found): readonly Identity[] {
  if (file.kind === 'private') return [fromFile(file.path, file.publicKey, file.sign)];
  if (file.kind !== 'locked' || file.why !== 'encrypted' || unlock === undefined) return [];
  return [fromLockedFile(file, unlock)].filter((identity) => identity !== undefined);
}

/** The public key of a file as far as it is known, and why the file may not serve. */
function sorted(file: KeyFile): { readonly publicKey?: Buffer; readonly why: string } {
  switch (file.kind) {
    case 'private':
      return { publicKey: file.publicKey, why: '' };
    case 'locked':
      return {
        ...(file.publicKey !== undefined && { publicKey: file.publicKey }),
        why: `${file.why}, not in the agent`,
      };
    case 'missing':
      return { why: 'not there' };
    case 'unusable':
      return { why: file.why };
  }
}

/** Before each key the certificates for it; those that are over are passed over. */
function withCertificates(keys: readonly Identity[], certificates: readonly CertificateFile[]): Identities {
  const now = Date.now() / 1000;
  const usable = new Map<string, Identity>();
  const passedOver = new Set<string>();
  const add = (identity: Identity) => {
    const bytes = identity.blob.toString('base64');
    if (!usable.has(bytes)) usable.set(bytes, identity);
  };
  for (const key of keys) {
    for (const { path, certificate } of isCertified(key) ? [] : certificates) {
      if (!certificate.publicKey.equals(key.publicKey)) continue;
      const { validBefore } = certificate;
      if (validBefore === undefined || validBefore > now) add(certified(key, path, certificate));
      else passedOver.add(`certificate ${path} (it ended on ${new Date(validBefore * 1000).toISOString()})`);
    }
    add(key);
  }
  return { usable: [...usable.values()], passedOver: [...passedOver] };
}
