import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { shJoin } from '../text/sh-quote.ts';
import { expandingArgv } from './host/expand-words.ts';
import { freeForm } from './host/free-form.ts';
import type { Values } from './host/parameters.ts';
import { anything, flag, optional, preset, plainText } from './host/parameters.ts';
import type { Misuse } from './host/read-arguments.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { commandReads, runCommand } from './host/run-command.ts';
import { splitWords } from './split-words.ts';

/** What the tasks that run a command have in common. */
export const commandParameters = {
  chdir: optional(plainText('The directory that it runs in.')),
  creates: optional(plainText('A path or shell pattern: what is there is not made again.')),
  removes: optional(plainText('A path or shell pattern: what is not there is not removed.')),
};

/** How a command's input and output are taken. */
export const streamParameters = {
  stdin: optional(plainText('What it reads from its input.')),
  stdin_add_newline: preset(flag('End its input with a line end.'), true),
  strip_empty_ends: preset(flag('Take line ends off the end of its output.'), true),
};

const parameters = {
  cmd: optional(plainText('The command line; no shell reads it, but $VARIABLES and ~ are put in.')),
  argv: optional(anything('The command and its arguments as a list.')),
  expand_argument_vars: preset(flag('Put in $VARIABLES and ~.'), true),
  ...commandParameters,
  ...streamParameters,
};

type CommandValues = Values<typeof parameters>;

const table = {
  name: 'command',
  parameters,
  notYet: [],
  check: ({ cmd, argv }: CommandValues): readonly Misuse[] => {
    if ((cmd === undefined) === (argv === undefined)) return [{ what: 'either "cmd" or "argv" is wanted' }];
    return argv === undefined ? checkLine(cmd ?? '') : checkArgv(argv);
  },
};

/**
 * Runs a command on each host, without a shell: `command: uptime -p`, `{cmd: …}` or `{argv: […]}`, as Ansible's module.
 */
export const command: Action = {
  ...table,
  help: 'Runs a command, without a shell.',
  keys: [...wordsOf(parameters), '_raw_params'],
  expressions: [],
  changes: true,
  foresee(args, positions) {
    const given = freeForm('command', parameters, args, positions);
    const values = given.ok ? readArguments(table, given.value, positions) : given;
    return values.ok ? commandReads(values.value) : undefined;
  },
  parse(args, positions) {
    const given = freeForm('command', parameters, args, positions);
    const values: Result<CommandValues> = given.ok ? readArguments(table, given.value, positions) : given;
    if (!values.ok) return values;
    const { cmd = '', argv, strip_empty_ends: strips, expand_argument_vars: expands } = values.value;
    const words = Array.isArray(argv) ? argv.map(String) : (splitWords(cmd) ?? []);
    return ok((context) =>
      runCommand(
        {
          ...values.value,
          argv: (expands ? expandingArgv(words) : undefined) ?? words,
          cmd: words,
          title: shJoin(words),
          stdin: inputOf(values.value),
          ifNotNeeded: 'ok',
          strips,
        },
        context,
      ),
    );
  },
};

/** What a command reads from its input. */
export function inputOf({
  stdin,
  stdin_add_newline: ends,
}: Values<typeof streamParameters>): string | undefined {
  return stdin === undefined || !ends || stdin.endsWith('\n') ? stdin : `${stdin}\n`;
}

function checkLine(cmd: string): readonly Misuse[] {
  const words = splitWords(cmd);
  if (words === undefined) return [{ what: `a quote is not closed in: ${cmd}` }];
  return words.length === 0 ? [{ what: 'it is empty; a command line is wanted' }] : [];
}

function checkArgv(argv: unknown): readonly Misuse[] {
  if (!Array.isArray(argv) || argv.length === 0)
    return [{ argument: 'argv', what: '"argv" is not a list; the command and its arguments are wanted' }];
  const bad = argv.findIndex((word) => typeof word !== 'string' && typeof word !== 'number');
  return bad < 0 ? [] : [{ argument: 'argv', what: `argument ${bad} is neither text nor a number` }];
}
