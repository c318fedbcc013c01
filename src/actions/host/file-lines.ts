import type { Facts, HostRead, PathFacts } from './facts.ts';

/** A line of one of several files. */
export interface FileLine {
  readonly path: string;
  readonly line: string;
}

/** The files of a directory whose names end so, and one beside them. */
export interface LineFiles {
  readonly directory: string;
  readonly ending: string;
  readonly beside?: string;
}

const READ_SECONDS = 10;

/** Prints all their lines, each after its path and ":". */
function linesArgv({ directory, ending, beside }: LineFiles): readonly string[] {
  return ['sh', '-c', `grep -sH '' ${beside === undefined ? '' : `${beside} `}${directory}/*${ending}`];
}

/** What has to be read for `linesOfFiles`. */
export function lineReads(files: LineFiles): readonly HostRead[] {
  return [
    { read: 'tree', path: files.directory },
    { read: 'output', argv: linesArgv(files), timeoutSeconds: READ_SECONDS },
  ];
}

/** All lines, file by file. */
export function linesOfFiles(files: LineFiles, facts: Facts): readonly FileLine[] {
  const { text } = facts.output(linesArgv(files));
  return text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [{ path: line.slice(0, colon), line: line.slice(colon + 1) }];
  });
}

/** What is known of one of the files of the directory; undefined: it is none of them. */
export function lineFile(
  path: string,
  { directory }: LineFiles,
  lines: readonly FileLine[],
  facts: Facts,
): PathFacts | undefined {
  const status = facts.tree(directory).find((entry) => entry.path === path);
  if (status === undefined) return undefined;
  const own = lines.filter((each) => each.path === path);
  const content = Buffer.from(own.map(({ line }) => `${line}\n`).join(''));
  return { path, real: path, status, followed: status, content };
}
