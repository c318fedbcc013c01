import { readFile } from 'node:fs/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { unsealing } from '../inventory/open-vault.ts';
import { parseSealed } from '../inventory/parse-sealed.ts';
import type { Vault } from '../inventory/vault.ts';
import { isMapping, kindOfValue } from './reading.ts';
import { splitPairs } from './split-pairs.ts';

/** Variables of -e/--extra-vars, later ones winning: `key=value` (text, several with spaces between), `@FILE`, or a mapping in YAML or JSON. */
export async function loadExtraVars(
  given: readonly string[],
  openVault: Vault['open'],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const variables: Record<string, unknown> = {};
  const diagnostics: Diagnostic[] = [];
  for (const one of given) {
    const read = one.startsWith('@')
      ? await readVarsFile(one.slice(1), openVault)
      : await readVarsText(one, openVault);
    if (read.ok) Object.assign(variables, read.value);
    else diagnostics.push(...read.diagnostics);
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(variables);
}

async function readVarsFile(
  file: string,
  openVault: Vault['open'],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  try {
    return await parseMapping(await readFile(file, 'utf8'), file, openVault);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return wrong(`@${file}`, missing ? 'there is no such file' : String(error));
  }
}

async function readVarsText(
  text: string,
  openVault: Vault['open'],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  if (text.trimStart().startsWith('{')) return parseMapping(text, '--extra-vars', openVault);
  const words = splitPairs(text);
  if (words === undefined) return wrong(text, 'a quote is not closed');
  const pairs = words.filter((word) => typeof word !== 'string');
  const bad =
    words.find((word) => typeof word === 'string') ?? pairs.find(([key]) => !isVariableName(key))?.join('=');
  if (bad !== undefined || words.length === 0) return wrong(text, `"${bad ?? ''}" is no key=value`);
  return ok(Object.fromEntries(pairs));
}

const isVariableName = (key: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(key);

async function parseMapping(
  text: string,
  file: string,
  openVault: Vault['open'],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const parsed = await unsealing(openVault, (open) => parseSealed(text, file, open));
  if (!parsed.ok) return parsed;
  if (parsed.warnings.length > 0) return fail(...parsed.warnings);
  const { value } = parsed.value;
  return isMapping(value)
    ? ok(value)
    : wrong(file, `it is ${kindOfValue(value)}; a mapping of names to values is wanted`);
}

function wrong(what: string, why: string): Result<never> {
  return fail({
    code: 'playbook/extra-vars',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read the extra variables ${what}: ${why}`,
    hint: `Give them as -e key=value, -e @FILE or -e '{"key": "value"}'`,
  });
}
