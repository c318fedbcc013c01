import type { ActWords } from '../guest-acts/act.ts';
import type { ArgumentRow } from '../modules/argument-row.ts';
import type { ApplyContext } from './apply-command.ts';
import { applyCommand, carryOutFlags } from './apply-command.ts';
import type { CliContext, Command, Help } from './command.ts';
import type { Flag, Flags, FlagValue } from './flags.ts';

/** What a selector may be, for help pages. */
export const selectorHelp =
  'SELECTOR is a VMID (100), a range (100:110), a name or glob (web*), @all, @tag-NAME, @pool-NAME, @node-NAME, joined by commas; "-" before one leaves it out. What is so already is left alone. The plan is shown with its commands, and you are asked.';

/** What such a command's file exports. */
interface ActCommand extends Pick<Command, 'flags' | 'help'> {
  readonly run: (context: CliContext) => Promise<number>;
}

/** A command that does something to the guests that a selector means: a plan that is shown and confirmed. */
export function actCommand(
  name: string,
  { args, ofOne }: ActWords,
  help: Pick<Help, 'about' | 'examples'>,
): ActCommand {
  return {
    flags: { ...actFlags(args), ...carryOutFlags },
    help: {
      usage: 'SELECTOR',
      about: [...help.about, selectorHelp],
      examples: help.examples,
    },
    run: (context) =>
      applyCommand(context as ApplyContext, name, async () => {
        const { readActInput } = await import('./act-input.ts');
        return readActInput(name, context, actArguments(args, context.flags), ofOne ?? false);
      }),
  };
}

/** Its arguments as flags: "forceStop" is --force-stop. */
export function actFlags(args: readonly ArgumentRow[]): Flags {
  return Object.fromEntries(
    args.map(({ type, value, choices, minimum, help, ...row }): [string, Flag] => [
      flagName(row),
      {
        help,
        ...(type !== 'switch' && { value: value ?? 'VALUE' }),
        ...(choices !== undefined && { choices }),
        ...(type === 'number' && { atLeast: minimum ?? 0 }),
      },
    ]),
  );
}

/** The arguments that were given as flags; a switch that is not given says nothing. */
export function actArguments(
  args: readonly ArgumentRow[],
  flags: Readonly<Record<string, FlagValue>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    args.flatMap((row) => {
      const value = flags[flagName(row)];
      return value === undefined || value === false ? [] : [[row.name, value]];
    }),
  );
}

function flagName({ name, flag }: Pick<ArgumentRow, 'name' | 'flag'>): string {
  return flag ?? name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-');
}
