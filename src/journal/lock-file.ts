import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly nonce: string;
}

const draftEnding = '.draft';

/** Tries, with 5 to 50 ms between them: the lock is held for a few writes only. */
const TRIES = 400;

/**
 * Does something while no other process does it that takes the same lock: a file that is there or not. A lock whose holder
 * has died on this machine is taken from it; one of another machine is not, since nobody can tell.
 */
export async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  const own: Holder = { pid: process.pid, host: hostname(), nonce: randomBytes(6).toString('hex') };
  const draft = `${path}.${own.nonce}${draftEnding}`;
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    await take(path, draft);
  } finally {
    await unlink(draft);
  }
  try {
    return await act();
  } finally {
    await unlink(path);
  }
}

async function take(path: string, draft: string): Promise<void> {
  let holder: Holder | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    // A link is made whole or not at all, and never over another file.
    if (await isDone(link(draft, path), 'EEXIST')) return;
    holder = await holderOf(path);
    if (holder !== undefined && isDead(holder)) await breakLock(path, holder);
    else await sleep(5 + Math.random() * Math.min(45, tries * 5));
  }
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  throw new Error(`${who} holds ${path}; remove that file if the process is gone`);
}

/**
 * Only who holds the lock named after the dead holder may remove what it left, so no lock of a living one is removed; and
 * who dies while doing that leaves a lock that is broken in the same way.
 */
async function breakLock(path: string, { nonce }: Holder): Promise<void> {
  await withLock(`${path}.${nonce}`, async () => {
    if ((await holderOf(path))?.nonce !== nonce) return;
    await unlink(path);
    await removeDrafts(path);
  });
}

/** What processes have left that died while they waited. */
async function removeDrafts(path: string): Promise<void> {
  const directory = dirname(path);
  const names = await readdir(directory);
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(draftEnding)) continue;
    const holder = await holderOf(join(directory, name));
    if (holder !== undefined && isDead(holder)) await unlink(join(directory, name)).catch(() => undefined);
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch {
    // It is gone, or (a draft) not written yet.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'host' in value && 'nonce' in value;
}

function isDead({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** False when it failed with that code. */
async function isDone(act: Promise<unknown>, code: string): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return false;
    throw error;
  }
}
