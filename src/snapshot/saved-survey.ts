import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { hostFiles, nodeFilesIn } from './node-files.ts';
import { parseIndex } from './saved-index.ts';
import type { SavedCluster } from './saved-index.ts';
import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import type { Survey } from './survey.ts';

const indexName = 'survey.json';

/**
 * Writes a survey as a directory to look into: CLUSTER/etc/pve/... as the files are (secrets never left the nodes), each
 * node's own in CLUSTER/hosts/NODE/..., and all else in survey.json. Only its owner may read it. A directory that holds something else is left alone.
 */
export async function saveSurvey(survey: Survey, directory: string): Promise<Result<void>> {
  try {
    await makeDirectory(directory, 0o700);
    const there = await readdir(directory);
    if (there.length > 0 && !there.includes(indexName))
      return fail(
        trouble(
          'save',
          directory,
          `it holds ${there[0]} and no ${indexName}; wanted is a new, an empty or an older survey's directory`,
        ),
      );
    await chmod(directory, 0o700);
    const clusters: SavedCluster[] = [];
    for (const [index, snapshot] of survey.clusters.entries()) {
      const name =
        isPlainName(snapshot.cluster) && snapshot.cluster !== indexName ? snapshot.cluster : `_${index}`;
      clusters.push(await saveFiles(snapshot, directory, name));
    }
    await writeFile(
      join(directory, indexName),
      `${JSON.stringify({ pvefleet: 1, clusters, unreachable: survey.unreachable }, null, 2)}\n`,
      { mode: 0o600 },
    );
    return ok(undefined);
  } catch (error) {
    return fail(
      trouble('save', directory, `${wordsOf(error)}; wanted is a directory that can be written to`),
    );
  }
}

/** Reads what saveSurvey wrote; equal to what was saved. */
export async function loadSurvey(directory: string): Promise<Result<Survey>> {
  try {
    const index = parseIndex(await readFile(join(directory, indexName), 'utf8'));
    if (typeof index === 'string')
      return fail(
        trouble('read', directory, `${index} in its ${indexName}; wanted is what "pvefleet survey" wrote`),
      );
    const clusters: Snapshot[] = [];
    for (const saved of index.clusters) {
      const stray = [saved.directory, ...saved.paths].find((path) =>
        path !== saved.directory ? !isPlainPath(path) : !/^\w[\w.-]*$/u.test(path),
      );
      if (stray !== undefined)
        return fail(
          trouble(
            'read',
            directory,
            `"${stray}" in its ${indexName} leads out of it; wanted is what "pvefleet survey" wrote`,
          ),
        );
      clusters.push(await loadFiles(saved, directory));
    }
    return ok({ clusters, unreachable: index.unreachable });
  } catch (error) {
    return fail(
      trouble('read', directory, `${wordsOf(error)}; wanted is what "pvefleet survey -o ${directory}" wrote`),
    );
  }
}

function trouble(act: 'save' | 'read', directory: string, what: string): Diagnostic {
  return {
    code: `survey/${act}`,
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot ${act} the survey ${directory}: ${what}`,
    ...(act === 'read' && { hint: 'Save one with: pvefleet survey -o DIR' }),
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes the files whose paths are plain; the text of any other stays in the index, so no name leads out of the directory. */
async function saveFiles(snapshot: Snapshot, directory: string, name: string): Promise<SavedCluster> {
  // Without the salt nothing can be compared with the hashes of secrets, nor guessed from them.
  const { files, nodeFiles, secretSalt: _, ...rest } = snapshot;
  const saved = { ...rest, directory: name, ...(isUnknown(files) && { unknown: files.unknown }) };
  const entries = [...(isUnknown(files) ? [] : Object.entries(files)), ...hostFiles(nodeFiles ?? {})];
  const folders = new Set(entries.flatMap(([path]) => foldersAbove(path)));
  const plain = entries.filter(([path]) => isPlainPath(path) && !folders.has(path));
  for (const [path, text] of plain) {
    const target = join(directory, name, path);
    await makeDirectory(dirname(target), 0o700);
    await writeFile(target, text, { mode: 0o600 });
  }
  const paths = plain.map(([path]) => path);
  const written = new Set(paths);
  return { ...saved, paths, others: Object.fromEntries(entries.filter(([path]) => !written.has(path))) };
}

async function loadFiles(
  { directory: name, paths, others, unknown, ...rest }: SavedCluster,
  directory: string,
): Promise<Snapshot> {
  const read = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(directory, name, path), 'utf8')] as const),
  );
  const { nodeFiles, files } = nodeFilesIn({ ...others, ...Object.fromEntries(read) });
  return {
    ...rest,
    files: unknown === undefined ? files : { unknown },
    ...(Object.keys(nodeFiles).length > 0 && { nodeFiles }),
  };
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}

/** Absolute, without "..", "." and whatever a file system may take for something else. */
function isPlainPath(path: string): boolean {
  const [first, ...parts] = path.split('/');
  return (
    first === '' &&
    path.length < 1000 &&
    parts.length > 0 &&
    parts.every((part) => /^[\w.][\w.:@ +-]{0,200}$/u.test(part) && !/^\.+$/u.test(part))
  );
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,200}$/u.test(name);
}
