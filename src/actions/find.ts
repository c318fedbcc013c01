import { posix } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { shJoin } from '../text/sh-quote.ts';
import { pythonRegex } from '../template/python-regex.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { HostRead } from './host/facts.ts';
import { fnmatch } from './host/fnmatch.ts';
import { foreseen } from './host/foreseen.ts';
import type { Below, Looking } from './host/found-paths.ts';
import { belowFound, belowRead } from './host/found-paths.ts';
import { endOf } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, list, optional, plainText, preset } from './host/parameters.ts';
import type { Misuse } from './host/read-arguments.ts';
import { statusValues } from './host/status-values.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  paths: list('Directories to look in.', ['name', 'path']),
  patterns: preset(list('What the names are to be: shell patterns; one of them.', ['pattern']), []),
  excludes: preset(list('What they are not to be.', ['exclude']), []),
  use_regex: preset(
    flag('Both are regular expressions, which fit from the beginning of the name on.'),
    false,
  ),
  file_type: preset(choice(['any', 'directory', 'file', 'link'], 'What is looked for.'), 'file'),
  recurse: preset(flag('Look in directories below them too.'), false),
  depth: optional(integer('So many levels with "recurse"; 1: only what is in them itself.')),
  hidden: preset(flag('Also what begins with a dot.'), false),
  follow: preset(flag('Look in directories that links lead to.'), false),
  age: optional(plainText('At least so old, "-1h": at most; a number with s, m, h, d or w.')),
  age_stamp: preset(choice(['atime', 'ctime', 'mtime'], 'Which time counts.'), 'mtime'),
  size: optional(
    plainText('Files of at least so many bytes, "-1m": at most; a number with b, k, m, g or t.'),
  ),
  contains: optional(
    plainText(
      "A regular expression that a line of the file is to fit from its beginning on, in grep's words.",
    ),
  ),
  get_checksum: preset(flag('Also the SHA1 checksum of each file.'), false),
};

type FindValues = Values<typeof parameters>;
type Entry = Below['entries'][number];

const table = {
  name: 'find',
  parameters,
  notYet: ['read_whole_file'],
  check: (values: FindValues): readonly Misuse[] => [
    ...values.paths
      .filter((path) => !/^[/~]/u.test(path))
      .map((path) => ({
        argument: 'paths',
        what: `"paths" is wrong: "${path}" is among it; absolute paths are wanted`,
      })),
    ...unread('age', values.age, AGES, 's, m, h, d or w'),
    ...unread('size', values.size, SIZES, 'b, k, m, g or t'),
    ...(values.use_regex ? badRegex(values) : []),
  ],
};

/** Looks for files, as Ansible's module: {files, matched, examined}, in the order of their names. */
export const find = tableAction({
  ...table,
  help: 'Looks for files and directories by name, age and size; `register` it.',
  changes: false,
  // All that is below a directory may be much, and be read in vain.
  foresee: foreseen(table, (values) => (values.recurse ? [] : readsOf(values))),
  run: runFind,
});

const readsOf = (values: FindValues): readonly HostRead[] => [belowRead(values.paths, lookingOf(values))];

/** Ansible counts what is one level too deep as examined. */
function lookingOf({ recurse, depth, follow: follows }: FindValues): Looking {
  if (!recurse) return { depth: 1, follows };
  return { depth: depth === undefined || depth === 0 ? undefined : depth + 1, follows };
}

async function runFind(values: FindValues, context: ActionContext): Promise<ActionResult> {
  const facts = await context.look(readsOf(values), 'known');
  if (!facts.ok) return failed(...facts.diagnostics);
  const found = belowFound(facts.value, values.paths, lookingOf(values));
  const where = values.paths.join(', ');
  if (found === undefined)
    return failed(
      taskFailed(context, `Cannot look for files in ${where}: it came to no end; less is wanted`),
    );
  const isWanted = filterOf(values, facts.value.now);
  const named = found.flatMap(({ entries }) => entries.filter(isWanted));
  const kept = await containing(values, named, context);
  const sums = kept.ok ? await checksums(values, kept.value, context) : kept;
  if (!kept.ok || !sums.ok)
    return failed(...(kept.ok ? [] : kept.diagnostics), ...(sums.ok ? [] : sums.diagnostics));
  const skipped = found.flatMap(({ root, trouble }) =>
    trouble === undefined ? [] : [[root, trouble] as const],
  );
  return {
    outcome: 'ok',
    diagnostics: [],
    result: {
      files: kept.value.map((entry) => fileOf(entry, sums.value)),
      matched: kept.value.length,
      examined: found.reduce((sum, { entries }) => sum + entries.length, 0),
      skipped_paths: Object.fromEntries(skipped),
      msg: skipped.length === 0 ? 'All paths examined' : 'Not all paths examined, check warnings for details',
    },
  };
}

function fileOf(entry: Entry, sums: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const checksum = sums.get(entry.path);
  return { path: entry.path, ...statusValues(entry), ...(checksum !== undefined && { checksum }) };
}

/** What counts of all that is there; contents are left for later. */
function filterOf(values: FindValues, now: number): (entry: Entry) => boolean {
  const { file_type: type, hidden, depth, recurse, age_stamp: stamp } = values;
  const age = values.age === undefined ? undefined : amountOf(values.age, AGES);
  const size = values.size === undefined ? undefined : amountOf(values.size, SIZES);
  const isNamed = nameFilter(values);
  const most = recurse && depth !== undefined && depth !== 0 ? depth : Infinity;
  return (entry) => {
    const name = posix.basename(entry.path);
    const time = { atime: entry.accessed, ctime: entry.changed, mtime: entry.modified }[stamp];
    return (
      entry.depth <= most &&
      (hidden || !name.startsWith('.')) &&
      (type === 'any' || entry.kind === type) &&
      isNamed(name) &&
      isAtLeast(now - time, age) &&
      (entry.kind !== 'file' || isAtLeast(entry.size, size))
    );
  };
}

/** A wanted amount that is negative is the most. */
const isAtLeast = (amount: number, wanted: number | undefined): boolean =>
  wanted === undefined || (wanted >= 0 ? amount >= wanted : amount <= -wanted);

function nameFilter(values: FindValues): (name: string) => boolean {
  const patterns = values.patterns.length > 0 ? values.patterns : [values.use_regex ? '.*' : '*'];
  const [wanted, unwanted] = [patterns, values.excludes].map((texts) =>
    texts.map((text) => (values.use_regex ? pythonRegex(text, undefined) : fnmatch(text))),
  );
  const fits = (name: string, all: readonly RegExp[] = []): boolean =>
    all.some((one) => one.exec(name)?.index === 0);
  return (name) => fits(name, wanted) && !fits(name, unwanted);
}

function badRegex({ patterns, excludes }: FindValues): readonly Misuse[] {
  return [...patterns, ...excludes].flatMap((text) => {
    try {
      pythonRegex(text, undefined);
      return [];
    } catch {
      return [{ what: `it is no regular expression: ${text}` }];
    }
  });
}

type Units = Readonly<Record<string, number>>;
const AGES: Units = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const SIZES: Units = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** "-2h" in seconds; undefined: it is none of these. */
function amountOf(text: string, units: Units): number | undefined {
  const [, digits, unit] = /^(-?\d+)([a-z]?)$/u.exec(text.toLowerCase()) ?? [];
  const factor = unit === '' ? 1 : units[unit ?? ''];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function unread(argument: string, text: string | undefined, units: Units, words: string): readonly Misuse[] {
  if (text === undefined || amountOf(text, units) !== undefined) return [];
  const what = `"${argument}" is wrong: it is "${text}"; a number with ${words} is wanted`;
  return [{ argument, what }];
}

/** Those of them that have such a line: the node's grep says it. */
async function containing(
  { contains, file_type: type }: FindValues,
  entries: readonly Entry[],
  context: ActionContext,
): Promise<Result<readonly Entry[]>> {
  if (contains === undefined || type !== 'file' || entries.length === 0) return ok(entries);
  const grep = ['xargs', '-0r', 'grep', '-slZP', '-e', `^(?:${contains})`, '--'];
  const said = await readOf(entries, grep, 'look into files', context);
  if (!said.ok) return said;
  const names = new Set(said.value.split('\0'));
  return ok(entries.filter(({ path }) => names.has(path)));
}

async function checksums(
  { get_checksum: wanted }: FindValues,
  entries: readonly Entry[],
  context: ActionContext,
): Promise<Result<ReadonlyMap<string, string>>> {
  const files = entries.filter(({ kind }) => kind === 'file');
  if (!wanted || files.length === 0) return ok(new Map());
  const said = await readOf(files, ['xargs', '-0r', 'sha1sum', '-z', '--'], 'take checksums', context);
  if (!said.ok) return said;
  return ok(new Map(said.value.split('\0').map((line) => [line.slice(42), line.slice(0, 40)])));
}

/** What a command says of these files, which it gets from xargs. A file that has gone since is none. */
async function readOf(
  entries: readonly Entry[],
  argv: readonly string[],
  what: string,
  context: ActionContext,
): Promise<Result<string>> {
  const stdin = entries.map(({ path }) => `${path}\0`).join('');
  const answer = await context.read(`LC_ALL=C.UTF-8 ${shJoin(argv)}`, { stdin });
  if (!answer.ok) return answer;
  const { stdout, stderr } = answer.value;
  return stderr.length === 0 || stdout.length > 0
    ? ok(stdout.toString())
    : fail(taskFailed(context, `Cannot ${what} for "find": ${endOf(answer.value)}`));
}
