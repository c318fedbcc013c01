import { readFile } from 'node:fs/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { splitWords } from '../actions/split-words.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { isMapping, kindOfValue } from './reading.ts';

/** Variables of -e/--extra-vars, later ones winning: `key=value` (text, several with spaces between), `@FILE`, or a mapping in YAML or JSON. */
export async function loadExtraVars(
  given: readonly string[],
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const variables: Record<string, unknown> = {};
  const diagnostics: Diagnostic[] = [];
  for (const one of given) {
    const read = one.startsWith('@') ? await readVarsFile(one.slice(1)) : readVarsText(one);
    if (read.ok) Object.assign(variables, read.value);
    else diagnostics.push(...read.diagnostics);
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(variables);
}

async function readVarsFile(file: string): Promise<Result<Readonly<Record<string, unknown>>>> {
  try {
    return parseMapping(await readFile(file, 'utf8'), file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return wrong(`@${file}`, missing ? 'there is no such file' : String(error));
  }
}

function readVarsText(text: string): Result<Readonly<Record<string, unknown>>> {
  if (text.trimStart().startsWith('{')) return parseMapping(text, '--extra-vars');
  const words = splitWords(text);
  if (words === undefined) return wrong(text, 'a quote is not closed');
  const bad = words.find((word) => !/^[\p{L}_][\p{L}\p{N}_]*=/u.test(word));
  if (bad !== undefined || words.length === 0) return wrong(text, `"${bad ?? ''}" is no key=value`);
  return ok(
    Object.fromEntries(
      words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    ),
  );
}

function parseMapping(text: string, file: string): Result<Readonly<Record<string, unknown>>> {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return parsed;
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
