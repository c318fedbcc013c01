/** Words of a command line, as Perl's Text::ParseWords shellwords has them; undefined when a quote is not closed. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const [word] = /^(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')+/u.exec(rest) ?? [];
    if (word === undefined) return undefined;
    words.push(unquoted(word));
    const after = rest.slice(word.length);
    if (after !== '' && !/^\s/u.test(after)) return undefined;
    rest = after.trimStart();
  }
  return words;
}

/** Inside '...' nothing is special, inside "..." a backslash keeps the next character, outside it too. */
function unquoted(word: string): string {
  return word.replaceAll(
    /'(?<single>(?:[^'\\]|\\[^])*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<next>[^])/gu,
    (...found) => {
      const groups: Readonly<Record<string, string | undefined>> = found.at(-1);
      return (
        groups['single'] ??
        groups['double']?.replaceAll(/\\(?<next>[^])/gu, '$<next>') ??
        groups['next'] ??
        ''
      );
    },
  );
}
