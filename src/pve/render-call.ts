import { matchPath } from './api-path.ts';
import type { Argument, PveCall } from './call.ts';
import { commands, type Command } from './commands.ts';
import { shQuote } from '../text/sh-quote.ts';

/**
 * The command that makes this call on the guest's node: `qm set 100 --cores 2`, `pct create 200 TEMPLATE --...`;
 * `pvesh set /nodes/... --...` where qm and pct have none, or would read a value as the name of a file.
 * Values follow their option as an argument of their own: PVE's option parser takes any text there, one that begins
 * with "-" too (Getopt::Long, mandatory value); passwords are the exception.
 */
export function renderCall(call: PveCall): readonly Argument[] {
  for (const command of commands) {
    if (command.method !== call.method || command.notHere.some((name) => name in call.params)) continue;
    const inPath = matchPath(command.path, call.path);
    if (inPath !== undefined) return renderCommand(command, inPath, call.params);
  }
  return ['pvesh', pveshVerbs[call.method], call.path, ...renderOptions(Object.entries(call.params))];
}

/** One shell line for people: secrets and digests by name, never by value. */
export function showCommand(argv: readonly Argument[]): string {
  return argv.map(showArgument).join(' ');
}

const pveshVerbs = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' } as const;

function renderCommand(
  command: Command,
  inPath: ReadonlyMap<string, string>,
  params: Readonly<Record<string, Argument>>,
): readonly Argument[] {
  const given = new Map<string, Argument>([...inPath, ...Object.entries(params)]);
  // The command always means its own node.
  given.delete('node');
  const argv: Argument[] = [...command.argv];
  for (const name of command.positional) {
    const value = given.get(name);
    // A gap: what follows it has to be named.
    if (value === undefined) break;
    argv.push(value);
    given.delete(name);
  }
  return [...argv, ...[...given].flatMap(([name, value]) => renderOption(command, name, value))];
}

/** A password may be left out on the command line, so one that begins with "-" would be read as the next option. */
function renderOption(command: Command, name: string, value: Argument): readonly Argument[] {
  const joined = typeof value === 'string' && /^(?:-|$)/u.test(value) && command.asksFor.includes(name);
  return joined ? [`--${name}=${value}`] : [`--${name}`, value];
}

function renderOptions(params: Iterable<readonly [string, Argument]>): readonly Argument[] {
  return [...params].flatMap(([name, value]) => [`--${name}`, value]);
}

function showArgument(argument: Argument): string {
  if (typeof argument === 'string') return shQuote(argument);
  return 'secret' in argument ? `<secret ${argument.secret}>` : `<digest of ${argument.digest}>`;
}
