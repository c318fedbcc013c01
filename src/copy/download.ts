import { createWriteStream } from 'node:fs';
import { chmod, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { makeDirectory } from '../files/make-directory.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';
import type { Node } from '../inventory/node.ts';
import type { Pool } from '../transports/pool.ts';
import { writableAgain } from '../transports/send-input.ts';
import { listScript, notTheSameBeginning, sendScript } from './download-scripts.ts';
import { type Content, contentOf } from './local-tree.ts';
import { type Copied, filesAtOnce } from './upload.ts';
import { partSuffix } from './upload-scripts.ts';

/** One thing that a node has, and where it goes. */
interface RemoteEntry extends Content {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

/**
 * Brings files of a node into a directory of this machine: one exec that lists them with their hashes, one for each file
 * that is not here yet as it is there. A copy that was cut off is gone on with, if the file still begins like it.
 */
export async function downloadFrom(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  paths: readonly string[],
  { directory, check }: { readonly directory: string; readonly check: boolean },
): Promise<Result<Copied>> {
  const listed = await pool.exec(node, listScript(paths));
  if (!listed.ok) return listed;
  const { stdout, stderr, exit } = listed.value;
  if (exit !== 0) return fail(trouble(node, 'list files', stderr.toString().trim()));
  const found = readList(stdout.toString(), paths, directory);
  const problems = [
    ...found.missing.map((path) => trouble(node, `copy ${path}`, 'it is not there')),
    ...found.entries.flatMap(({ kind, from }) =>
      kind === 'other'
        ? [trouble(node, `copy ${from}`, 'it is neither a file, nor a directory, nor a link')]
        : [],
    ),
  ];
  if (problems.length > 0) return fail(...problems);
  const turn = pLimit(filesAtOnce);
  const states = await Promise.all(
    found.entries.map((entry) => turn(async () => ({ entry, same: await isHere(entry) }))),
  );
  const wanted = states.flatMap(({ entry, same }) => (same ? [] : [entry]));
  const copied: Copied = {
    changed: wanted.map(({ to }) => to),
    equal: states.length - wanted.length,
    bytes: wanted.reduce((sum, { size }) => sum + size, 0),
  };
  if (check) return ok(copied);
  try {
    await makeRoom(directory, wanted);
    const files = wanted.filter(({ kind }) => kind === 'file');
    const results = await Promise.all(files.map((entry) => turn(() => fetchFile(pool, node, entry))));
    const failed = results.flatMap((result) => (result.ok ? [] : result.diagnostics));
    return failed.length > 0 ? fail(...failed) : ok(copied);
  } catch (error) {
    return fail(localTrouble(node, directory, error));
  }
}

function readList(text: string, paths: readonly string[], directory: string) {
  const entries: RemoteEntry[] = [];
  const missing: string[] = [];
  let source = '';
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, number, gone] = /^source (\d+)( missing)?$/u.exec(line) ?? [];
    if (number !== undefined) {
      source = paths[Number(number)] ?? '';
      if (gone !== undefined) missing.push(source);
      continue;
    }
    const match = /^(file|directory|link|other) (\d+) (\d+) (\S+) (.*)\/$/u.exec(line);
    if (match === null || source === '') continue;
    const [, kind, mode = '', size, sha256 = '', below = '.'] = match;
    const root = join(directory, basename(source));
    entries.push({
      kind: kind === 'file' || kind === 'directory' || kind === 'link' ? kind : 'other',
      mode: Number.parseInt(mode, 8),
      size: Number(size),
      sha256,
      from: below === '.' ? source : `${source.replace(/\/+$/u, '')}/${below}`,
      to: below === '.' ? root : join(root, below),
      target: kind === 'link' ? (lines[index + 1] ?? '').slice(0, -1) : '',
    });
  }
  return { entries, missing };
}

async function isHere({ kind, to, size, sha256, mode, target }: RemoteEntry): Promise<boolean> {
  try {
    if (kind === 'link') return (await readlink(to)) === target;
    const found = await stat(to);
    if ((found.mode & 0o7777) !== mode) return false;
    if (kind === 'directory') return found.isDirectory();
    return found.size === size && (await contentOf(to)).sha256 === sha256;
  } catch {
    return false;
  }
}

/** Makes directories and links. A directory may be read-only there: here its mode comes last. */
async function makeRoom(directory: string, wanted: readonly RemoteEntry[]): Promise<void> {
  await makeDirectory(directory);
  for (const { kind, to, mode, target } of wanted) {
    if (kind === 'directory') {
      await makeDirectory(to);
      await chmod(to, mode | 0o700);
    }
    if (kind === 'link') {
      await rm(to, { force: true });
      await symlink(target, to);
    }
  }
}

async function fetchFile(pool: Pick<Pool, 'exec'>, node: Node, entry: RemoteEntry): Promise<Result<void>> {
  const part = join(dirname(entry.to), `.${basename(entry.to)}${partSuffix}`);
  const kept = await stat(part).then(
    ({ size }) => (size <= entry.size ? size : 0),
    () => 0,
  );
  const first = await receive(pool, node, entry, part, kept);
  const exit =
    first.ok && first.value === notTheSameBeginning && kept > 0
      ? await receive(pool, node, entry, part, 0)
      : first;
  if (!exit.ok) return exit;
  const now = await contentOf(part);
  if (now.sha256 === entry.sha256) {
    await chmod(part, entry.mode);
    await rename(part, entry.to);
    return ok(undefined);
  }
  if (now.size < entry.size)
    return fail(
      trouble(node, `copy ${entry.from}`, `only ${now.size} of ${entry.size} bytes came; what came is kept`),
    );
  await rm(part);
  return fail(trouble(node, `copy ${entry.from}`, 'it was changed meanwhile; run this again'));
}

/** Writes what comes behind the `kept` bytes of a part; gives the exit code of the node's shell. */
async function receive(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  { from }: RemoteEntry,
  part: string,
  kept: number,
): Promise<Result<number | null>> {
  const { sha256 } = kept === 0 ? { sha256: '' } : await contentOf(part, kept);
  const file = createWriteStream(part, kept === 0 ? { mode: 0o600 } : { flags: 'r+', start: kept });
  let said = '';
  const failed = new Promise<Error>((resolve) => void file.once('error', resolve));
  const stop = new AbortController();
  void failed.then(() => stop.abort());
  const ran = await pool.exec(node, sendScript(from, kept, sha256), {
    signal: stop.signal,
    sink: (stream, chunk) => {
      if (stream === 'stdout') return file.write(chunk) ? undefined : writableAgain(file);
      said += chunk.toString().slice(0, 500);
      return undefined;
    },
  });
  const error = await Promise.race([
    failed,
    new Promise<undefined>((resolve) => void file.end(() => resolve(undefined))),
  ]);
  if (error !== undefined) return fail(localTrouble(node, part, error));
  if (!ran.ok) return ran;
  const { exit } = ran.value;
  if (exit === 0 || exit === notTheSameBeginning) return ok(exit);
  return fail(
    trouble(
      node,
      `copy ${from}`,
      said.trim() === '' ? `the node's shell ended with ${exit ?? 'a signal'}` : said.trim(),
    ),
  );
}

function trouble(node: Node, act: string, whatIs: string): Diagnostic {
  return {
    code: 'cp/node',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot ${act} on ${node.name}: ${whatIs.replaceAll('\n', '; ')}`,
  };
}

function localTrouble(node: Node, path: string, error: unknown): Diagnostic {
  return {
    code: 'cp/local-file',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot write what comes from ${node.name} to ${path}: ${fileError(error)}`,
  };
}
