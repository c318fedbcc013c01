import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { unsealing } from '../inventory/open-vault.ts';
import { parseSealed } from '../inventory/parse-sealed.ts';
import type { Vault } from '../inventory/vault.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import type { Values } from './host/parameters.ts';
import { flag, integer, list, optional, plainText, preset } from './host/parameters.ts';
import { pattern, patternsAtEnd } from './host/pattern.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { filesOfDirectory, placeOfDirectory } from './vars-directory.ts';

const table = {
  name: 'include_vars',
  parameters: {
    file: optional(plainText('The file.')),
    dir: optional(
      plainText(
        'A directory, in place of a file: all files in it and below it, in the order of their paths.',
      ),
    ),
    depth: preset(integer('Of so many directories at most, itself the first; 0: of all.'), 0),
    files_matching: optional(pattern('Only files in whose names it is found.')),
    ignore_files: preset(patternsAtEnd('Not files whose names end with one of these.'), []),
    extensions: preset(list('What the names of files end with.'), ['yaml', 'yml', 'json']),
    ignore_unknown_extensions: preset(
      flag('Leave out files that end with something else; no: refuse them.'),
      false,
    ),
    name: optional(plainText('A variable that gets them all in one mapping.')),
  },
  notYet: ['hash_behaviour'],
};

type Arguments = Values<typeof table.parameters>;

const ofDirectory = ['depth', 'files_matching', 'ignore_files', 'extensions', 'ignore_unknown_extensions'];

/** Reads variables from files of the controller: `include_vars: file.yml`, `{dir: vars}`, with `name` for all of them in one mapping. */
export const includeVars: Action = {
  name: table.name,
  help: 'Reads variables from a file of the controller, or from those of a directory.',
  parameters: table.parameters,
  keys: wordsOf(table.parameters),
  notYet: table.notYet,
  expressions: [],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    const given: Readonly<Record<string, unknown>> =
      typeof args === 'object' && args !== null ? { ...args } : { file: args };
    const values = readArguments(table, given, positions);
    if (!values.ok) return values;
    const { file, dir } = values.value;
    const wrongly = (what: string) => fail(wrong(positions, ['file'], `Cannot read "include_vars": ${what}`));
    if ((file ?? dir ?? '') === '') return wrongly('it names no file and no directory; one is wanted');
    const mixed = dir === undefined ? ofDirectory.find((word) => given[word] !== undefined) : undefined;
    if (file !== undefined && dir !== undefined)
      return wrongly('"file" and "dir" are given; one of them is wanted');
    if (mixed !== undefined) return wrongly(`"${mixed}" is given with a file; it is of directories`);
    return ok((context: ActionContext) => include(values.value, context, positions));
  },
};

async function include(
  values: Arguments,
  context: ActionContext,
  positions: Positions,
): Promise<ActionResult> {
  const files = await (values.dir === undefined
    ? fileNamed(values.file ?? '', context)
    : filesIn(values.dir, values, context, positions));
  if (typeof files === 'string') {
    const message = `Cannot include the variables of "${values.dir ?? values.file}": ${files}`;
    return {
      outcome: 'failed',
      diagnostics: [wrong(positions, [values.dir === undefined ? 'file' : 'dir'], message)],
    };
  }
  let all: Readonly<Record<string, unknown>> = {};
  for (const { path, text } of files) {
    const variables = await variablesOf(text, path, context.openVault);
    if (!variables.ok) return { outcome: 'failed', diagnostics: variables.diagnostics };
    all = { ...all, ...variables.value };
  }
  const included = values.name === undefined ? all : { [values.name]: all };
  const result = { ansible_facts: included, ansible_included_var_files: files.map(({ path }) => path) };
  return { outcome: 'ok', diagnostics: [], result, included };
}

interface VarsFile {
  readonly path: string;
  readonly text: string;
}

/** The file; or the end of a sentence why there is none. */
async function fileNamed(
  name: string,
  { directories }: ActionContext,
): Promise<readonly VarsFile[] | string> {
  const found = await readFirst(
    directories.flatMap((one) => [resolve(one, 'vars', name), resolve(one, name)]),
  );
  return found === undefined ? `no such file is in ${directories.join(', ')}` : [found];
}

async function filesIn(
  name: string,
  values: Arguments,
  { variables, directories }: ActionContext,
  positions: Positions,
): Promise<readonly VarsFile[] | string> {
  const beside = positionAt(positions, [])?.file;
  const here = beside === undefined ? (directories[0] ?? '.') : dirname(beside);
  const directory = placeOfDirectory(name, variables['role_path'], here);
  const files = filesOfDirectory(directory, {
    depth: values.depth,
    matching: values.files_matching,
    ignored: values.ignore_files,
    extensions: values.extensions,
    ignoresOthers: values.ignore_unknown_extensions,
  });
  if (typeof files === 'string') return `${files} (${directory})`;
  return Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

async function readFirst(paths: readonly string[]): Promise<VarsFile | undefined> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

async function variablesOf(
  text: string,
  path: string,
  open: ActionContext['openVault'],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const noPasswords: Vault['open'] = (_, what, at) =>
    Promise.resolve(
      fail(wrong({ '': at }, [], `Cannot decrypt ${what}: nobody has its password; one is wanted`)),
    );
  const parsed = await unsealing(open ?? noPasswords, (openVault) => parseSealed(text, path, openVault));
  if (!parsed.ok) return parsed;
  if (parsed.warnings.length > 0) return fail(...parsed.warnings);
  const { value, positions } = parsed.value;
  if (value === null || value === undefined) return ok({});
  if (typeof value === 'object' && !Array.isArray(value)) return ok({ ...value });
  return fail(
    wrong(positions, [], `Cannot include the variables of ${path}: it is no mapping; one is wanted`),
  );
}

function wrong(positions: Positions, path: readonly string[], message: string) {
  const at = positionAt(positions, path);
  return {
    code: 'include-vars/invalid',
    severity: 'error',
    trouble: 'invalid',
    message,
    ...(at && { at }),
  } as const;
}
