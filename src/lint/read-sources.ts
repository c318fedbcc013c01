import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize, relative } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';
import { findCopies } from '../snapshot/find-copies.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { parseIndex } from '../snapshot/saved-index.ts';
import type { SavedCluster } from '../snapshot/saved-index.ts';
import type { Source } from './inspect-file.ts';
import type { Sources } from './lint.ts';

/** Reads the files and directories that are named; a directory may be, or hold, copies of /etc/pve. */
export async function readSources(paths: readonly string[]): Promise<Result<Sources>> {
  const read = await Promise.all(paths.map(readPath));
  const troubles = read.flatMap((result) => (result.ok ? [] : result.diagnostics));
  if (troubles.length > 0) return fail(...troubles);
  const all = read.flatMap((result) => (result.ok ? [result.value] : []));
  return ok({ files: all.flatMap(({ files }) => files), trees: all.flatMap(({ trees }) => trees) });
}

async function readPath(path: string): Promise<Result<Sources>> {
  try {
    return ok((await stat(path)).isDirectory() ? await readDirectory(path) : await readAlone(path));
  } catch (error) {
    return fail(unreadable(path, error));
  }
}

async function readAlone(file: string): Promise<Sources> {
  const plain = normalize(file);
  const place = isAbsolute(plain) || plain.startsWith('..') ? basename(plain) : plain;
  return { files: [{ file, relative: place, bytes: await readFile(file), named: true }], trees: [] };
}

async function readDirectory(directory: string): Promise<Sources> {
  const { copies, others } = await findCopies(directory);
  const read = async (file: string): Promise<Source> => ({
    file,
    relative: relative(directory, file),
    bytes: await readFile(file),
    named: false,
  });
  const saved = await readIndex(directory);
  const trees = await Promise.all(
    copies.map(async (copy) => {
      const cluster = saved.find((each) => join(directory, each.directory) === copy.directory);
      const files = copy.files.filter(({ path }) => !isNoConfiguration(path));
      return {
        files: await Promise.all(
          files.map(async ({ file, path, node }) => ({
            ...(await read(file)),
            path,
            ...(node !== undefined && { node }),
          })),
        ),
        nodes: Object.keys(cluster?.nodes ?? {}),
        bridges: liveBridges(cluster),
      };
    }),
  );
  const alone = others.filter((file) => saved.length === 0 || file !== join(directory, 'survey.json'));
  return { files: await Promise.all(alone.map(read)), trees };
}

/** Keys, which are not for our eyes, and lists of tasks. */
const isNoConfiguration = (path: string): boolean => /\/priv\/|\.(?:key|pem)\b|^\/var\/log\//u.test(path);

/** The clusters of a saved survey; none where it is no such directory. */
async function readIndex(directory: string): Promise<readonly SavedCluster[]> {
  try {
    const index = parseIndex(await readFile(join(directory, 'survey.json'), 'utf8'));
    return typeof index === 'string' ? [] : index.clusters;
  } catch {
    return [];
  }
}

function liveBridges(cluster: SavedCluster | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(cluster?.nodes ?? {}).flatMap(([name, state]) =>
      isUnknown(state) ? [] : [[name, state.bridges] as const],
    ),
  );
}

function unreadable(path: string, error: unknown): Diagnostic {
  return {
    code: 'lint/unreadable',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot lint ${path}: ${fileError(error)}; a file or directory that can be read is wanted`,
  };
}
