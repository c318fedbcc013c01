import { shQuote } from '../../text/sh-quote.ts';

/**
 * Words of a command with the variables and home directories in them as the node has them: a shell puts them in, and
 * nothing else. As Ansible's `command` does it: what has no value stays as it is written. Undefined: there are none.
 */
export function expandingArgv(words: readonly string[]): readonly string[] | undefined {
  if (!words.some((word) => /\$(?:\w|\{\w+\})|^~/u.test(word))) return undefined;
  return ['sh', '-c', `exec ${words.map(shellWord).join(' ')}`];
}

function shellWord(word: string): string {
  const [home = ''] = /^~[\w.-]*(?=\/|$)/u.exec(word) ?? [];
  const rest = word
    .slice(home.length)
    .replaceAll(
      /(?<text>(?:(?!\$\w|\$\{\w+\})[\s\S])+)|\$(?<name>\w+)|\$\{(?<braced>\w+)\}/gu,
      (all, text?: string, name?: string, braced?: string) => {
        if (text !== undefined) return shQuote(text);
        return `"\${${name ?? braced ?? ''}-${`\\${all}`.replace('}', '\\}')}}"`;
      },
    );
  return home === '' && rest === '' ? "''" : home + rest;
}
