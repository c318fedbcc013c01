import type { Help } from './command.ts';
import type { CommandEntry } from './commands.ts';
import type { Flag, Flags } from './flags.ts';

const width = 80;

/** The page of `pvefleet --help`: every command with its summary. */
export function overview(commands: readonly CommandEntry[]): string {
  return page([
    ['Usage: pvefleet COMMAND [ARGUMENTS] [FLAGS]'],
    ['Commands:', ...twoColumns(commands.map(({ name, summary }) => [name, summary]))],
    [
      'Flags:',
      ...twoColumns([
        ['-h, --help', 'this page; after a command, its page'],
        ['-V, --version', 'print the version'],
      ]),
    ],
    [
      'Exit codes:',
      ...twoColumns([
        ['0', 'done, or nothing to do'],
        ['1', 'wrong usage or input'],
        ['2', 'changes are pending, or something was found'],
        ['3', 'some hosts failed'],
        ['4', 'some hosts gave no answer'],
        ['5', 'the plan is stale, or somebody holds a lock'],
        ['6', 'refused by a safety rule'],
        ['130', 'interrupted'],
      ]),
    ],
  ]);
}

/** The page of `pvefleet COMMAND --help`, from the data of its flags. */
export function commandPage(name: string, summary: string, help: Help, flags: Flags): string {
  const examples = help.examples.flatMap(([command, meaning]) => [
    ...wrap(meaning, '  '),
    `      ${command}`,
  ]);
  return page([
    [`Usage: pvefleet ${name} ${`[FLAGS] ${help.usage}`.trimEnd()}`],
    [`${summary}.`],
    ...help.about.map((paragraph) => wrap(paragraph, '')),
    ['Flags:', ...flagLines({ ...flags, help: { short: 'h', help: 'this page' } })],
    ...(examples.length === 0 ? [] : [['Examples:', ...examples]]),
  ]);
}

const page = (sections: readonly (readonly string[])[]): string =>
  `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;

function flagLines(flags: Flags): readonly string[] {
  return twoColumns(Object.entries(flags).map(([name, flag]) => [flagSyntax(name, flag), flagMeaning(flag)]));
}

/** Words and their meanings, aligned and wrapped; all of it is our own ASCII text. */
function twoColumns(rows: readonly (readonly [word: string, meaning: string])[]): readonly string[] {
  const indent = Math.max(...rows.map(([word]) => word.length)) + 4;
  return rows.flatMap(([word, meaning]) => {
    const [first = '', ...rest] = wrap(meaning, ' '.repeat(indent));
    return [`  ${word}`.padEnd(indent) + first.trimStart(), ...rest];
  });
}

function flagSyntax(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  return `${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
}

function flagMeaning(flag: Flag): string {
  const choices = flag.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  const { default: usual } = flag;
  const shown = typeof usual === 'string' || typeof usual === 'number' ? ` (default: ${usual})` : '';
  return `${flag.help}${choices}${shown}`;
}

/** Lines of at most 80 columns, each after `indent`. */
function wrap(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}
