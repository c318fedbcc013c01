import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { describe } from '../documents/reading.ts';
import { parseSerial } from '../plan/serial.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { fileError } from '../text/file-error.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import type { Flag } from './flags.ts';
import type { Setting } from './settings.ts';
import { settable } from './settings.ts';

/** Settings whose value is a path, or a list of them: relative to the file that says so. */
const paths = new Set(['inventory', 'state']);

/** Reads a config file; every key that is wrong is told, in the order of the file. */
export async function readConfig(path: string): Promise<Result<readonly Setting[]>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return fail(problem(`Cannot read the config ${path}: ${fileError(error)}`));
  }
  return parseConfig(text, path);
}

/** The text of a config file; `path` is for messages, and for the paths in it. */
export function parseConfig(text: string, path: string): Result<readonly Setting[]> {
  const parsed = parseYaml(text, path);
  if (!parsed.ok) return parsed;
  const { value, positions } = parsed.value;
  if (value === null || value === undefined) return ok([]);
  const checked = schema.safeParse(value);
  if (checked.success)
    return ok(
      Object.entries(checked.data).flatMap(([name, given]) =>
        given === undefined
          ? []
          : [{ name, value: located(name, given, path), from: place(name, positions, path) }],
      ),
    );
  const problems = checked.error.issues.flatMap((issue) => problemsOf(issue, value, positions, path));
  return fail(...problems.toSorted((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0)));
}

const serial = z
  .union([z.string(), z.int(), z.array(z.union([z.string(), z.int()]))])
  .transform((given) => (Array.isArray(given) ? given.join(',') : String(given)))
  .refine((text) => parseSerial(text) !== undefined);

/** What a key may be, from the data of its flag. */
function schemaOf(name: string, flag: Flag): z.ZodType<Setting['value']> {
  if (name === 'serial') return serial;
  if (flag.value === undefined) return z.boolean();
  if (flag.atLeast !== undefined) return z.int().min(flag.atLeast);
  if (flag.repeatable === true) return z.union([z.string().transform((one) => [one]), z.array(z.string())]);
  return z.string();
}

const schema = z.strictObject(
  Object.fromEntries(
    Object.entries<Flag>(settable).map(([name, flag]) => [name, schemaOf(name, flag).optional()]),
  ),
);

function wantedOf(name: string): string {
  const flag: Flag | undefined = Object.entries<Flag>(settable).find(([each]) => each === name)?.[1];
  if (name === 'serial') return 'numbers and percentages of nodes are wanted, as in "1,10%,100%"';
  if (flag?.value === undefined) return 'true or false is wanted';
  if (flag.atLeast !== undefined) return `a whole number of at least ${flag.atLeast} is wanted`;
  return flag.repeatable === true ? 'a text or a list of them is wanted' : 'a text is wanted';
}

function problemsOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  positions: Positions,
  path: string,
): readonly Diagnostic[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      ...problem(
        `Cannot read "${key}" of the config: there is no such setting${didYouMean(key, Object.keys(settable))}`,
        positions,
        key,
      ),
      code: 'config/unknown-key',
      hint: `Settings: ${Object.keys(settable).join(', ')}`,
    }));
  const [name] = issue.path;
  if (typeof name !== 'string')
    return [
      problem(`Cannot read the config ${path}: it is ${describe(value)}; a mapping of settings is wanted`),
    ];
  const given = z.record(z.string(), z.unknown()).safeParse(value).data?.[name];
  return [
    problem(
      `Cannot read "${name}" of the config: it is ${describe(given)}; ${wantedOf(name)}`,
      positions,
      name,
    ),
  ];
}

function problem(message: string, positions: Positions = {}, key = ''): Diagnostic {
  const at = positionAt(positions, [key]);
  return { code: 'config/value', severity: 'error', trouble: 'invalid', message, ...(at && { at }) };
}

/** Paths are taken from the directory of the file; an inventory may be a list of hosts too, "pve1,". */
function located(name: string, value: Setting['value'], path: string): Setting['value'] {
  if (!paths.has(name)) return value;
  const whole = (each: string): string => (each.includes(',') ? each : resolve(dirname(path), each));
  if (typeof value === 'string') return whole(value);
  return Array.isArray(value) ? value.map((each) => whole(String(each))) : value;
}

function place(name: string, positions: Positions, path: string): string {
  const at = positionAt(positions, [name]);
  return at === undefined ? path : `${path}:${at.line}`;
}
