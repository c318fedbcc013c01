/** One word of a line, quotes removed, with the column it begins in (from 1). */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/**
 * Splits a line into words as Python's shlex does for host lines of INI inventories: quotes join, a backslash takes the
 * next sign, `#` begins a comment, in a word too. A string is the end of a sentence about what is wrong.
 */
export function shellWords(line: string): readonly Word[] | string {
  const words: Word[] = [];
  const part = /\s+|(#.*)|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s#'"\\]+)|[^]/uy;
  let word: { text: string; column: number } | undefined;
  while (part.lastIndex < line.length) {
    const column = part.lastIndex + 1;
    const [whole = '', comment, single, double, escaped, plain] = part.exec(line) ?? [];
    if (comment !== undefined) break;
    if (/^\s/u.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const text = single ?? double?.replaceAll(/\\(["\\])/gu, '$1') ?? escaped ?? plain;
    if (text === undefined)
      return whole === '\\' ? 'a backslash is its last sign' : `a quote (${whole}) is not closed`;
    word ??= { text: '', column };
    word.text += text;
  }
  if (word !== undefined) words.push(word);
  return words;
}
