import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';

/** One thing below a source; `path` is from there, and empty for the source itself. */
export type LocalEntry = { readonly path: string } & (
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | ({ readonly kind: 'file'; readonly from: string; readonly mode: number } & Content)
);

export interface Content {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A file or directory that the user named, with all below it, parents first. */
export interface LocalSource {
  readonly name: string;
  readonly entries: readonly LocalEntry[];
}

/** Reads what is to be copied. Links are followed where the user names them, and copied as links below a directory. */
export async function readLocalSources(paths: readonly string[]): Promise<Result<readonly LocalSource[]>> {
  const sources: LocalSource[] = [];
  const problems: Diagnostic[] = [];
  for (const path of paths) {
    try {
      const entries = await readEntry(path, '', await stat(path), problems);
      sources.push({ name: basename(resolve(path)), entries });
    } catch (error) {
      problems.push(unreadable(path, fileError(error)));
    }
  }
  return problems.length > 0 ? fail(...problems) : ok(sources);
}

type Found = Awaited<ReturnType<typeof lstat>>;

async function readEntry(
  from: string,
  path: string,
  found: Found,
  problems: Diagnostic[],
): Promise<readonly LocalEntry[]> {
  const mode = Number(found.mode) & 0o7777;
  if (path.includes('\n'))
    problems.push(unreadable(from, 'there is a line end in its name, which is not supported'));
  if (found.isSymbolicLink()) return [{ kind: 'link', path, target: await readlink(from) }];
  if (found.isFile()) return [{ kind: 'file', path, from, mode, ...(await contentOf(from)) }];
  if (!found.isDirectory()) {
    problems.push(unreadable(from, 'it is neither a file, nor a directory, nor a link'));
    return [];
  }
  const entries: LocalEntry[] = [{ kind: 'directory', path, mode }];
  for (const name of (await readdir(from)).sort()) {
    const below = join(from, name);
    entries.push(
      ...(await readEntry(below, path === '' ? name : `${path}/${name}`, await lstat(below), problems)),
    );
  }
  return entries;
}

/** Size and hash of a file, or of its first bytes. Rejects when it cannot be read. */
export async function contentOf(file: string, bytes?: number): Promise<Content> {
  const hash = createHash('sha256');
  if (bytes === 0) return { size: 0, sha256: hash.digest('hex') };
  const reading = createReadStream(file, bytes === undefined ? {} : { end: bytes - 1 });
  await pipeline(reading, hash);
  return { size: reading.bytesRead, sha256: hash.digest('hex') };
}

function unreadable(path: string, problem: string): Diagnostic {
  return {
    code: 'cp/local-file',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot copy ${path}: ${problem}`,
  };
}
