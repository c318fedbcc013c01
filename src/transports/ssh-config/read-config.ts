import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ConfigLine,
  type ConfigProblem,
  isProblem,
  parseConfigLine,
  type Place,
} from './config-line.ts';
import { findFiles } from './find-files.ts';

/** A file of ssh's, with those it includes in the place of their Include line. */
export interface ConfigFile {
  readonly lines: readonly (ConfigLine | IncludedFiles)[];
}

export interface IncludedFiles {
  readonly included: readonly ConfigFile[];
}

/** Where to read from. */
export interface ConfigSource {
  readonly path: string;
  /** Where relative paths of Include start: ~/.ssh for the user's file, /etc/ssh for the system's. */
  readonly directory: string;
  /** For "~/" in Include. */
  readonly home: string;
  /** Others must not be able to write it, as OpenSSH wants of ~/.ssh/config. */
  readonly mustBePrivate: boolean;
}

export interface ReadConfig {
  readonly file: ConfigFile;
  readonly problems: readonly ConfigProblem[];
}

/** OpenSSH's limit of files that include each other. */
const deepest = 16;

/** Reads an ssh_config file and what it includes; a file that is not there is empty. */
export async function readSshConfig(source: ConfigSource): Promise<ReadConfig> {
  const problems: ConfigProblem[] = [];
  const file = await readConfigFile(source, { file: source.path, line: 1 }, problems, 0);
  return { file, problems };
}

async function readConfigFile(
  source: ConfigSource,
  from: Place,
  problems: ConfigProblem[],
  depth: number,
): Promise<ConfigFile> {
  const text = await readText(source, from, problems);
  const lines: (ConfigLine | IncludedFiles)[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const parsed = parseConfigLine(written, { file: source.path, line: index + 1 });
    if (parsed === undefined) continue;
    if (isProblem(parsed)) problems.push(parsed);
    else if (parsed.keyword === 'include') lines.push(await readIncluded(parsed, source, problems, depth));
    else lines.push(parsed);
  }
  return { lines };
}

async function readIncluded(
  line: ConfigLine,
  source: ConfigSource,
  problems: ConfigProblem[],
  depth: number,
): Promise<IncludedFiles> {
  if (depth === deepest) {
    problems.push({ place: line.place, whatIs: `files include each other more than ${deepest} deep` });
    return { included: [] };
  }
  const included: ConfigFile[] = [];
  for (const pattern of line.words) {
    for (const path of await findFiles(absolute(pattern, source)))
      included.push(
        await readConfigFile({ ...source, path, mustBePrivate: false }, line.place, problems, depth + 1),
      );
  }
  return { included };
}

function absolute(path: string, { directory, home }: ConfigSource): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return path.startsWith('/') ? path : join(directory, path);
}

async function readText(
  { path, mustBePrivate }: ConfigSource,
  place: Place,
  problems: ConfigProblem[],
): Promise<string> {
  try {
    const about = await stat(path);
    const own = about.uid === 0 || about.uid === process.getuid?.();
    if (mustBePrivate && (!own || (about.mode & 0o022) !== 0))
      problems.push({ place, whatIs: 'it is not yours alone to write; ssh refuses it too (chmod 600 it)' });
    return about.isDirectory() ? '' : await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      problems.push({ place, whatIs: `${path} cannot be read: ${String(error)}` });
    return '';
  }
}
