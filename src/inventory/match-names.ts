/** Whether a name is meant by a word of a pattern. */
export type Matcher = (name: string) => boolean;

/** Whether a word has signs of a glob: `*`, `?`, `[abc]`, `[!abc]`. */
export function isGlob(word: string): boolean {
  return /[*?[]/u.test(word);
}

/** Matches whole names by a glob, or the same name. */
export function globMatcher(glob: string): Matcher {
  if (!isGlob(glob)) return (name) => name === glob;
  const source = glob.replaceAll(
    /\[(!?)(\]?[^\]]*)\]|([*?])|([.+^${}()|\\/\][])/gu,
    (
      _,
      not: string | undefined,
      set: string | undefined,
      wild: string | undefined,
      sign: string | undefined,
    ) => {
      if (set !== undefined)
        return `[${not === '!' ? '^' : ''}${set.replaceAll(/[\\\][^]/gu, String.raw`\$&`)}]`;
      return wild === undefined ? `\\${sign ?? ''}` : wild === '*' ? '.*' : '.';
    },
  );
  return matcherOf(`^(?:${source})$`) ?? (() => false);
}

/** Matches names that begin with what a regular expression describes, as Python's re.match; undefined when it is none. */
export function regexMatcher(source: string): Matcher | undefined {
  const ignoreCase = source.startsWith('(?i)');
  const plain = (ignoreCase ? source.slice(4) : source)
    .replaceAll('(?P<', '(?<')
    .replaceAll(String.raw`\A`, '^')
    .replaceAll(String.raw`\Z`, '$');
  return matcherOf(`^(?:${plain})`, ignoreCase ? 'i' : '');
}

function matcherOf(source: string, flags = ''): Matcher | undefined {
  try {
    const expression = new RegExp(source, `s${flags}`);
    return (name) => expression.test(name);
  } catch {
    return undefined;
  }
}
