/** Words that no POSIX shell, and neither bash nor zsh, reads as anything but themselves. */
const plainWord = /^[\w@%+:,./-][\w@%+=:,./-]*$/u;
const plainCommand = /^[\w./+-]+$/u;
const reserved = new Set(
  'case coproc do done elif else end esac fi for foreach function if in nocorrect repeat select then time until while'.split(
    ' ',
  ),
);

/** One word of shell text that stands for exactly this argument: plain words bare, all others in single quotes. The argument holds no NUL. */
export function shQuote(argument: string): string {
  return plainWord.test(argument) ? argument : inQuotes(argument);
}

/** Shell text that runs this argv: each word quoted where it must be, the first also where a shell would read it as an assignment or keyword. */
export function shJoin(argv: readonly string[]): string {
  return argv.map((word, index) => (index === 0 ? quoteCommand(word) : shQuote(word))).join(' ');
}

function quoteCommand(word: string): string {
  return plainCommand.test(word) && !reserved.has(word) ? word : inQuotes(word);
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
