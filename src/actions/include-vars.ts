import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { unsealing } from '../inventory/open-vault.ts';
import { parseSealed } from '../inventory/parse-sealed.ts';
import type { Vault } from '../inventory/vault.ts';
import { optional, plainText } from './host/parameters.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';

/** Reads variables from a file of the controller: `include_vars: file.yml`, or `{file: …, name: …}` for all of them in one mapping. */
export const includeVars: Action = {
  name: 'include_vars',
  help: 'Reads variables from a file of the controller.',
  parameters: {
    file: plainText('The file.'),
    name: optional(plainText('A variable that gets them all in one mapping.')),
  },
  keys: ['file', 'name'],
  notYet: [
    'dir',
    'depth',
    'files_matching',
    'ignore_files',
    'extensions',
    'ignore_unknown_extensions',
    'hash_behaviour',
  ],
  expressions: [],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    const given: Readonly<Record<string, unknown>> =
      typeof args === 'object' && args !== null ? { ...args } : { file: args };
    const { file, name } = given;
    if (typeof file !== 'string' || file === '')
      return fail(wrong(positions, ['file'], 'Cannot read "include_vars": it names no file; one is wanted'));
    if (name !== undefined && typeof name !== 'string')
      return fail(wrong(positions, ['name'], 'Cannot read "include_vars": "name" is no name of a variable'));
    return ok((context: ActionContext) => include(file, name, context, positions));
  },
};

async function include(
  file: string,
  name: string | undefined,
  { directories, openVault }: ActionContext,
  positions: Positions,
): Promise<ActionResult> {
  const found = await readFirst(
    directories.flatMap((one) => [resolve(one, 'vars', file), resolve(one, file)]),
  );
  if (found === undefined) {
    const message = `Cannot include the variables of "${file}": no such file is in ${directories.join(', ')}`;
    return { outcome: 'failed', diagnostics: [wrong(positions, ['file'], message)] };
  }
  const variables = await variablesOf(found.text, found.path, openVault);
  if (!variables.ok) return { outcome: 'failed', diagnostics: variables.diagnostics };
  const included = name === undefined ? variables.value : { [name]: variables.value };
  const result = { ansible_facts: included, ansible_included_var_files: [found.path] };
  return { outcome: 'ok', diagnostics: [], result, included };
}

async function readFirst(
  paths: readonly string[],
): Promise<{ readonly path: string; readonly text: string } | undefined> {
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
