import { shQuote } from '../../text/sh-quote.ts';

/**
 * Words of a command with the variables and home directories in them as the node has them: a shell puts them in, and
 * nothing else. As Ansible's `command` does it: what has no value stays as it is written, which the script finds in its
 * arguments. Undefined: there are none.
 */
export function expandingArgv(words: readonly string[]): readonly string[] | undefined {
  if (!words.some((word) => /\$(?:[A-Za-z_]|\{[A-Za-z_]\w*\})|^~/u.test(word))) return undefined;
  const written: string[] = [];
  const line = words.map((word) => shellWord(word, (text) => written.push(text))).join(' ');
  return ['sh', '-c', `exec ${line}`, 'sh', ...written];
}

/** `keep` keeps a variable as it is written, and gives the number of the argument that it becomes. */
function shellWord(word: string, keep: (text: string) => number): string {
  const [home = ''] = /^~[\w.-]*(?=\/|$)/u.exec(word) ?? [];
  const rest = word
    .slice(home.length)
    .replaceAll(
      /(?<text>(?:(?!\$[A-Za-z_]|\$\{[A-Za-z_]\w*\})[\s\S])+)|\$(?<name>\w+)|\$\{(?<braced>\w+)\}/gu,
      (all, text?: string, name?: string, braced?: string) =>
        text === undefined ? `"\${${name ?? braced ?? ''}-\${${keep(all)}}}"` : shQuote(text),
    );
  return home === '' && rest === '' ? "''" : home + rest;
}
