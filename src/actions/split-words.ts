/**
 * Splits a command line into words as a POSIX shell would, and nothing else of a shell: quotes and backslashes are
 * read, variables, globs and operators are plain text. Undefined when a quote is not closed. Like Python's shlex.split.
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /\s+|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\]+/guy;
  let word: string | undefined;
  let end = 0;
  for (const match of line.matchAll(piece)) {
    const text = match[0];
    end = match.index + text.length;
    if (/^\s/u.test(text)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + plainPiece(text);
    }
  }
  if (end < line.length) return undefined;
  return word === undefined ? words : [...words, word];
}

function plainPiece(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll(/\\(?<kept>["\\$`])/gu, '$<kept>');
  return text.startsWith('\\') ? text.slice(1) : text;
}
