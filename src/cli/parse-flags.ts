import { parseArgs } from 'node:util';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Flag, Flags, FlagValue } from './flags.ts';

export interface ParsedArguments {
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly positionals: readonly string[];
  /** What came after "--"; undefined when there was none. */
  readonly afterDashes: readonly string[] | undefined;
}

/** Reads a command's arguments by the data of its flags; every wrong flag is an error (`cli/…`, trouble `invalid`). */
export function parseFlags(argv: readonly string[], flags: Flags, command: string): Result<ParsedArguments> {
  const given = new Map<string, readonly string[]>();
  const positionals: string[] = [];
  const errors: Diagnostic[] = [];
  let afterDashes: readonly string[] | undefined;
  for (const token of tokensOf(argv, flags)) {
    if (token.kind === 'option-terminator') {
      afterDashes = argv.slice(token.index + 1);
      break;
    }
    if (token.kind === 'positional') {
      positionals.push(token.value);
      continue;
    }
    const { name, value } = token;
    const before = given.get(name);
    const problem = flagProblem(token, flags, before !== undefined);
    if (problem !== undefined)
      errors.push(usageError('cli/flag', `Cannot run ${command}: ${problem}`, command));
    else given.set(name, [...(before ?? []), value ?? '']);
  }
  if (errors.length > 0) return fail(...errors);
  const values = Object.entries(flags).map(([name, flag]) => [name, valueOf(flag, given.get(name))] as const);
  return ok({ flags: Object.fromEntries(values), positionals, afterDashes });
}

/** An error in how a command was called, pointing at its help page. */
export function usageError(code: string, message: string, command: string): Diagnostic {
  return { code, severity: 'error', trouble: 'invalid', message, hint: `See: pvefleet ${command} --help` };
}

/** A flag as it stands on the command line. */
type FlagToken = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>;

function tokensOf(argv: readonly string[], flags: Flags) {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {};
  for (const [name, { value, short }] of Object.entries(flags)) {
    options[name] = {
      type: value === undefined ? 'boolean' : 'string',
      ...(short !== undefined && { short }),
    };
  }
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** What is wrong with a flag, as the end of a sentence. */
function flagProblem(
  { name, rawName, value, inlineValue }: FlagToken,
  flags: Flags,
  again: boolean,
): string | undefined {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) {
    const known = Object.keys(flags).map((long) => `--${long}`);
    return `there is no flag ${rawName}${rawName.startsWith('--') ? didYouMean(rawName, known) : ''}`;
  }
  const problem = valueProblem(flag, value, inlineValue ?? false);
  if (problem !== undefined) return `${rawName} ${problem}`;
  if (again && flag.value !== undefined && flag.repeatable !== true) {
    return `${rawName} is given twice; one value is wanted`;
  }
  return undefined;
}

/** What is wrong with a flag's value, as the end of a sentence that begins with the flag. */
export function valueProblem(flag: Flag, value: string | undefined, inline: boolean): string | undefined {
  if (flag.value === undefined) return value === undefined ? undefined : 'is a switch; it takes no value';
  if (value === undefined || (!inline && /^-./u.test(value))) return `has no value; ${flag.value} is wanted`;
  if (flag.atLeast !== undefined && !(/^\d{1,9}$/u.test(value) && Number(value) >= flag.atLeast)) {
    return `is "${value}"; a whole number of at least ${flag.atLeast} is wanted`;
  }
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    return `is "${value}"; one of ${flag.choices.join(', ')} is wanted${didYouMean(value, flag.choices)}`;
  }
  return undefined;
}

function valueOf(flag: Flag, given: readonly string[] | undefined): FlagValue {
  if (flag.value === undefined) return given !== undefined || flag.default === true;
  if (flag.repeatable === true) return given ?? flag.default ?? [];
  const value = given?.[0] ?? flag.default;
  return value !== undefined && flag.atLeast !== undefined ? Number(value) : value;
}
