import { randomBytes } from 'node:crypto';
import { appendFile, link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import { secretHash } from '../plan/known-secrets.ts';

/** Beside the journals, and named as none of them; no journal has a hash of a secret. */
const keyFile = 'secrets.key';
const hashesFile = 'secrets.hashes';

/** One line of the file of hashes: null where nobody knows what became of it. The last line of a name counts. */
type Line = readonly [name: string, hash: string | null];

/** What runs recorded in this directory have set. */
export async function readKnownSecrets(directory: string): Promise<KnownSecrets> {
  const key = await readKey(directory);
  const text = key === undefined ? undefined : await readIfThere(join(directory, hashesFile));
  if (key === undefined || text === undefined) return { key: '', hashes: {} };
  const last = new Map(text.split('\n').flatMap(parseLine));
  const set = [...last].flatMap(([name, hash]) => (hash === null ? [] : [[name, hash] as const]));
  return { key, hashes: Object.fromEntries(set) };
}

/** Keeps the hash of what was set; no value: whether it was is not known. */
export async function keepSecret(directory: string, name: string, value: string | undefined): Promise<void> {
  const key = (await readKey(directory)) ?? (await makeKey(directory));
  const line: Line = [name, value === undefined ? null : secretHash(key, name, value)];
  await appendFile(join(directory, hashesFile), `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** Made once: of several processes that make it at the same time one does. */
async function makeKey(directory: string): Promise<string> {
  await makeDirectory(directory, 0o700);
  const path = join(directory, keyFile);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600 });
  // A link is made whole or not at all, and never over another file.
  await link(draft, path).catch(() => undefined);
  await unlink(draft);
  return readFile(path, 'utf8');
}

const readKey = (directory: string): Promise<string | undefined> => readIfThere(join(directory, keyFile));

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** A line that a killed process has left half written says nothing. */
function parseLine(text: string): readonly Line[] {
  try {
    const line: unknown = JSON.parse(text);
    if (!Array.isArray(line)) return [];
    const [name, hash]: readonly unknown[] = line;
    return typeof name === 'string' && (typeof hash === 'string' || hash === null) ? [[name, hash]] : [];
  } catch {
    return [];
  }
}
