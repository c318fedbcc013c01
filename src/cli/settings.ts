import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Flag, Flags } from './flags.ts';
import { brakeFlags, checkpointFlags, lockFlags, nodeFlags } from './flags.ts';
import { configFiles } from './config-files.ts';
import { usageError, valueProblem } from './parse-flags.ts';

/** Flags that a config file and the environment may give another default; docs/configuration.md. */
export const settable = {
  inventory: nodeFlags.inventory,
  forks: nodeFlags.forks,
  timeout: nodeFlags.timeout,
  user: nodeFlags.user,
  state: nodeFlags.state,
  'read-only': nodeFlags['read-only'],
  ...brakeFlags,
  ...checkpointFlags,
  ...lockFlags,
} as const satisfies Flags;

export type SettingValue = Exclude<Flag['default'], undefined>;

/** One default, and where it comes from: "pvefleet.yml:3", "$PVEFLEET_FORKS". */
export interface Setting {
  readonly name: string;
  readonly value: SettingValue;
  readonly from: string;
}

/**
 * What is set: the environment wins over the project's file, that over the user's. YAML and zod are loaded only where there
 * is a file: most commands cost little more than Node's own start.
 */
export async function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Result<readonly Setting[]>> {
  const files = configFiles(env, directory);
  if (!files.ok) return files;
  const fromEnvironment = readEnvironment(env);
  if (!fromEnvironment.ok) return fromEnvironment;
  const settings = new Map<string, Setting>();
  for (const file of files.value) {
    const { readConfig } = await import('./read-config.ts');
    const read = await readConfig(file);
    if (!read.ok) return read;
    for (const setting of read.value) settings.set(setting.name, setting);
  }
  for (const setting of fromEnvironment.value) settings.set(setting.name, setting);
  return ok([...settings.values()], files.warnings);
}

/** A command's flags with what is set as their defaults. */
export function withSettings(flags: Flags, settings: readonly Setting[]): Flags {
  const changed = settings.flatMap(({ name, value }) => {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    return flag === undefined ? [] : [[name, { ...flag, default: value }] as const];
  });
  return { ...flags, ...Object.fromEntries(changed) };
}

export function variableOf(name: string): string {
  return `PVEFLEET_${name.toUpperCase().replaceAll('-', '_')}`;
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): Result<readonly Setting[]> {
  const settings: Setting[] = [];
  for (const [name, flag] of Object.entries<Flag>(settable)) {
    const variable = variableOf(name);
    const text = env[variable] ?? '';
    if (text === '') continue;
    const isSwitch = flag.value === undefined;
    const problem = isSwitch ? switchProblem(text) : valueProblem(flag, text, true);
    if (problem !== undefined)
      return fail({
        ...usageError('config/environment', `Cannot read the environment: $${variable} ${problem}`, 'config'),
        hint: `Correct it, or: unset ${variable}`,
      });
    const value = isSwitch ? text === '1' || text === 'true' : flag.repeatable === true ? [text] : text;
    const isNumber = flag.atLeast !== undefined;
    settings.push({ name, value: isNumber ? Number(text) : value, from: `$${variable}` });
  }
  return ok(settings);
}

function switchProblem(text: string): string | undefined {
  return ['1', '0', 'true', 'false'].includes(text) ? undefined : `is "${text}"; 1 or 0 is wanted`;
}
