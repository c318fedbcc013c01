import { matchPath } from './api-path.ts';
import type { Argument, PveCall } from './call.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { decodeText } from './percent-text.ts';
import { shQuote } from '../text/sh-quote.ts';

type Given = PveCall['params'][string];

/**
 * The command that makes this call, on the node that its path names: `qm set 100 --cores 2`, `pvesm add dir x --path /x`;
 * `pvesh set /nodes/... --...` where PVE's tools have none for it, or would read a value as something else.
 * Values follow their option as an argument of their own: PVE's option parser takes any text there, one that begins
 * with "-" too (Getopt::Long, mandatory value); passwords are the exception.
 */
export function renderCall(call: PveCall): readonly Argument[] {
  for (const command of commands) {
    if (command.method !== call.method || !takes(command, call)) continue;
    const inPath = matchPath(command.path, call.path);
    const argv = inPath === undefined ? undefined : renderCommand(command, inPath, call.params);
    if (argv !== undefined) return argv;
  }
  return ['pvesh', pveshVerbs[call.method], call.path, ...renderOptions(Object.entries(call.params))];
}

/**
 * What the command of a call reads from its input: each password twice, as at a terminal; of one that asks for none, the
 * text of the file that it takes, as /dev/stdin.
 */
export function callInput(call: PveCall): readonly Argument[] {
  for (const command of commands) {
    if (command.method !== call.method || !takes(command, call)) continue;
    if (matchPath(command.path, call.path) === undefined) continue;
    const { reads = {}, asksFor = [] } = command;
    const passwords = asksFor.flatMap((name) => {
      const value = call.params[name];
      return isSecret(value) ? [value, '\n', value, '\n'] : [];
    });
    if (passwords.length > 0) return passwords;
    return Object.entries(reads).flatMap(([name, how]) => {
      const value = call.params[name];
      return typeof value === 'string' ? [readText(how, value)] : [];
    });
  }
  return [];
}

/** The text that a command is to find in a file for this value. */
const readText = (how: 'plain' | 'encoded', value: string): string =>
  how === 'encoded' ? decodeText(value) : value;

const isSecret = (value: Given | undefined): value is { readonly secret: string } =>
  typeof value === 'object' && 'secret' in value;

/** One shell line for people: secrets and digests by name, never by value. */
export function showCommand(argv: readonly Argument[]): string {
  return argv.map(showArgument).join(' ');
}

const pveshVerbs = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' } as const;

function takes(command: Command, call: PveCall): boolean {
  const { fixed = {}, notHere = [], needs = [], only } = command;
  return (
    Object.entries(fixed).every(([name, value]) => call.params[name] === value) &&
    needs.every((name) => name in call.params) &&
    (only === undefined || Object.keys(call.params).every((name) => only.includes(name))) &&
    !notHere.some((name) => name in call.params)
  );
}

/** Undefined when a value cannot stand without its name. */
function renderCommand(
  command: Command,
  inPath: ReadonlyMap<string, string>,
  params: PveCall['params'],
): readonly Argument[] | undefined {
  const { positional, fixed = {}, asksFor = [], reads = {} } = command;
  const given = new Map<string, Given>([...inPath, ...Object.entries(params)]);
  // The command always means its own node, unless it is asked which.
  if (inPath.has('node') && !positional.includes('node')) given.delete('node');
  for (const name of Object.keys(fixed)) given.delete(name);
  const argv: Argument[] = [...command.argv];
  for (const name of positional) {
    const value = given.get(name);
    // A gap: what follows it has to be named.
    if (value === undefined) break;
    // It would be read as an option.
    if (typeof value !== 'string' || value.startsWith('-')) return undefined;
    argv.push(value);
    given.delete(name);
  }
  const asks = asksFor.some((name) => isSecret(given.get(name)));
  for (const [name, how] of Object.entries(reads)) {
    const value = given.get(name);
    // Its input is one thing only, and where it asks for a password that is it.
    if (typeof value === 'string') given.set(name, asks ? { file: readText(how, value) } : '/dev/stdin');
  }
  return [...argv, ...renderOptions(given, asksFor)];
}

function renderOptions(
  given: Iterable<readonly [string, Given]>,
  asksFor: readonly string[] = [],
): readonly Argument[] {
  return [...given].flatMap(([name, value]) =>
    isList(value)
      ? value.flatMap((part) => [`--${name}`, part])
      : renderOption(name, value, asksFor.includes(name)),
  );
}

/** A password may be left out on the command line, so one that begins with "-" would be read as the next option. */
function renderOption(name: string, value: Argument, mayStandAlone: boolean): readonly Argument[] {
  const joined = mayStandAlone && typeof value === 'string' && /^(?:-|$)/u.test(value);
  return joined ? [`--${name}=${value}`] : [`--${name}`, value];
}

const isList = (value: Given): value is readonly Argument[] => Array.isArray(value);

const shQuotePart = (text: string): string => (text === '' ? '' : shQuote(text));

function showArgument(argument: Argument): string {
  if (typeof argument === 'string') return shQuote(argument);
  if ('secret' in argument) return `<secret ${argument.secret}>`;
  if ('digest' in argument) return `<digest of ${argument.digest}>`;
  if ('file' in argument) return `<file of ${JSON.stringify(argument.file)}>`;
  return argument.around.map(shQuotePart).join(`<volume of ${argument.volumeOf}>`);
}
