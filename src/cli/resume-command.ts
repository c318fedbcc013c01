import { shJoin } from '../text/sh-quote.ts';
import { recordedArgv } from './caller.ts';
import { commands } from './commands.ts';
import type { Flag, FlagValue } from './flags.ts';
import { nodeFlags } from './flags.ts';
import { parseFlags } from './parse-flags.ts';

/** Flags that say what is asked for, and not how nodes are reached. */
const notAgain: ReadonlySet<string> = new Set(['json', 'read-only', 'show-commands']);

/** The command that goes on with a run of this command line, to be copied: with the flags that say how its nodes are reached. */
export async function resumeCommand(
  run: string,
  argv: readonly string[] = recordedArgv(process.argv.slice(2)),
): Promise<string> {
  const [name, ...rest] = argv;
  const command = await commands.find((entry) => entry.name === name)?.load();
  const parsed = command === undefined ? undefined : parseFlags(rest, command.flags, name ?? '');
  const given = parsed?.ok === true ? parsed.value.flags : {};
  const flags = Object.entries<Flag>(nodeFlags).flatMap(([long, flag]) =>
    notAgain.has(long) ? [] : wordsOf(long, flag, given[long]),
  );
  return shJoin(['pvefleet', 'resume', run, ...flags]);
}

function wordsOf(long: string, flag: Flag, value: FlagValue): readonly string[] {
  if (value === undefined || value === false || value === flag.default) return [];
  const name = flag.short === undefined ? `--${long}` : `-${flag.short}`;
  if (value === true) return [name];
  return (typeof value === 'object' ? value : [String(value)]).flatMap((each) => [name, each]);
}
