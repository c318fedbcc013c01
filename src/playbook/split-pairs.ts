/** `key=value`; or a word that is none. */
export type PairWord = readonly [key: string, value: string] | string;

/**
 * Splits the text of a task's arguments, or of -e, as Ansible does: `path=/x line="a b" when={{ x | default('c d') }}`. Templates
 * hold together, a value that is quoted as a whole loses its quotes, `\n` and its like are what they stand for. Undefined when a quote
 * is not closed.
 */
export function splitPairs(text: string): readonly PairWord[] | undefined {
  const words: string[] = [];
  let word = '';
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const [piece] = match;
    end = match.index + piece.length;
    if (!/^\s/u.test(piece)) word += piece;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  if (end < text.length) return undefined;
  return (word === '' ? words : [...words, word]).map(pairOf);
}

const TEMPLATE = String.raw`\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}`;
const PIECE = new RegExp(
  String.raw`\s+|${TEMPLATE}|'(?:${TEMPLATE}|\\[\s\S]|[^'\\])*'|"(?:${TEMPLATE}|\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\{]+|\{`,
  'guy',
);

function pairOf(word: string): PairWord {
  const key = /^(?<key>[\p{L}\p{N}_.-]+)=/u.exec(word)?.groups?.['key'];
  if (key === undefined) return word;
  const value = decoded(word.slice(key.length + 1));
  const isQuoted = value.length > 1 && /^['"]/u.test(value) && value.at(-1) === value[0];
  return [key, isQuoted ? value.slice(1, -1) : value];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function decoded(text: string): string {
  return text.replaceAll(
    /\\(?:x(?<two>[\da-f]{2})|u(?<four>[\da-f]{4})|(?<one>[\\'"abfnrtv]))/giu,
    (whole, two?: string, four?: string, one?: string) => {
      if (one !== undefined) return ESCAPES[one] ?? (/[a-z]/iu.test(one) ? whole : one);
      return String.fromCodePoint(Number.parseInt(two ?? four ?? '', 16));
    },
  );
}
