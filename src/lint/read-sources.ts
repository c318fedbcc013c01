import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize, relative } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';
import { findCopies } from '../snapshot/find-copies.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { parseIndex } from '../snapshot/saved-index.ts';
import type { SavedCluster } from '../snapshot/saved-index.ts';
import type { Source } from './inspect-file.ts';
import type { Sources } from './lint.ts';

/** What could be read, and what could not: one file that can't be read keeps no other from being looked at. */
export interface ReadSources {
  readonly sources: Sources;
  readonly unreadable: readonly Diagnostic[];
}

/** Reads the files and directories that are named; a directory may be, or hold, copies of /etc/pve. */
export async function readSources(paths: readonly string[]): Promise<ReadSources> {
  const unreadable: Diagnostic[] = [];
  const tell: Tell = (path, why) => void unreadable.push(cannotRead(path, why));
  const all = await Promise.all(paths.map((path) => readPath(path, tell)));
  return {
    sources: { files: all.flatMap(({ files }) => files), trees: all.flatMap(({ trees }) => trees) },
    unreadable: unreadable.toSorted((a, b) => (a.message < b.message ? -1 : 1)),
  };
}

/** Hears of each file and directory that can't be read. */
type Tell = (path: string, why: string) => void;

async function readPath(path: string, tell: Tell): Promise<Sources> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await readDirectory(path, tell);
    // Reading a pipe of somebody's waits for ever; one in /dev is the shell's own: <(command), /dev/stdin.
    if (found.isFile() || (found.isFIFO() && path.startsWith('/dev/'))) return await readAlone(path);
    tell(path, 'it is no regular file');
  } catch (error) {
    tell(path, fileError(error));
  }
  return { files: [], trees: [] };
}

async function readAlone(file: string): Promise<Sources> {
  const plain = normalize(file);
  const place = isAbsolute(plain) || plain.startsWith('..') ? basename(plain) : plain;
  return { files: [{ file, relative: place, bytes: await readFile(file), named: true }], trees: [] };
}

async function readDirectory(directory: string, tell: Tell): Promise<Sources> {
  const { copies, others } = await findCopies(directory, (path, error) => tell(path, fileError(error)));
  const read = async (file: string): Promise<Source | undefined> => {
    try {
      return { file, relative: relative(directory, file), bytes: await readFile(file), named: false };
    } catch (error) {
      tell(file, fileError(error));
      return undefined;
    }
  };
  const saved = await readIndex(directory);
  const trees = await Promise.all(
    copies.map(async (copy) => {
      const cluster = saved.find((each) => join(directory, each.directory) === copy.directory);
      const files = copy.files.filter(({ path }) => !isNoConfiguration(path));
      return {
        files: present(
          await Promise.all(
            files.map(async ({ file, path, node }) => {
              const source = await read(file);
              return source && { ...source, path, ...(node !== undefined && { node }) };
            }),
          ),
        ),
        nodes: Object.keys(cluster?.nodes ?? {}),
        bridges: liveBridges(cluster),
      };
    }),
  );
  const alone = others.filter((file) => saved.length === 0 || file !== join(directory, 'survey.json'));
  return { files: present(await Promise.all(alone.map(read))), trees };
}

const present = (sources: readonly (Source | undefined)[]): readonly Source[] =>
  sources.filter((source) => source !== undefined);

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

function cannotRead(path: string, why: string): Diagnostic {
  return {
    code: 'lint/unreadable',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot lint ${path}: ${why}; a file or directory that can be read is wanted`,
  };
}
