import type { Token } from './tokens.ts';

/** Shapes that are looked for among the words of an expression. */

const DEFAULTS = new Set(['default', 'd']);
const DEFINED = new Set(['defined', 'undefined']);

/** `map(attribute=` leaves holes where an item has no such attribute; `__attributes(` reports them. */
export function pluck(tokens: readonly Token[], index: number): string | undefined {
  const words = tokens
    .slice(index, index + 4)
    .map((token) => token.text)
    .join(' ');
  return words === 'map ( attribute =' && tokens[index - 1]?.text === '|' ? '__attributes(' : undefined;
}

/** The engine hands keyword arguments over as a last mapping, which might be an argument too; one that has this key is not. */
export const NAMED = '__named';

/** `query` and `q` are `lookup` with `wantlist`. */
export const LOOKUP_FUNCTIONS = ['lookup', 'query', 'q'];

/** Reads `lookup(…)`, `query(…)` or `q(…)`. */
export function readLookup(
  tokens: readonly Token[],
  index: number,
): { readonly inside: readonly Token[]; readonly end: number } | undefined {
  const [token, open] = tokens.slice(index, index + 2);
  const before = tokens[index - 1]?.text ?? '';
  if (token?.kind !== 'name' || !LOOKUP_FUNCTIONS.includes(token.text)) return undefined;
  const close =
    open?.text === '(' && !['.', '|', 'is'].includes(before) ? closing(tokens, index + 1) : undefined;
  return close === undefined ? undefined : { inside: tokens.slice(index + 2, close), end: close + 1 };
}

/** `.get(key, otherwise)`, and the index of the first token behind it. */
export interface Get {
  readonly key: readonly Token[];
  readonly otherwise: readonly Token[];
  readonly end: number;
}

/** Reads `.get(key, otherwise)`, which the engine has with a key only. */
export function readGet(tokens: readonly Token[], start: number): Get | undefined {
  const words = tokens.slice(start, start + 3).map((token) => token.text);
  const close = words.join(' ') === '. get (' ? closing(tokens, start + 2) : undefined;
  if (close === undefined) return undefined;
  const inside = tokens.slice(start + 3, close);
  const comma = inside.findIndex(({ text }) => text === ',');
  if (comma < 1 || inside.slice(0, comma).some(({ text }) => '([{'.includes(text))) return undefined;
  return { key: inside.slice(0, comma), otherwise: inside.slice(comma + 1), end: close + 1 };
}

/** Of a mapping these take the keys, whose order the engine does not keep. */
const OF_KEYS = ['first', 'last', 'list', 'map', 'reject', 'reverse', 'select', 'unique'];

/** Whether one of these follows. */
export const isListed = (tokens: readonly Token[], start: number): boolean =>
  tokens[start]?.text === '|' && OF_KEYS.includes(tokens[start + 1]?.text ?? '');

/** Reads `.items()`, `.keys()`, `.values()`, whose order the engine does not keep. */
export function readParts(tokens: readonly Token[], start: number): string | undefined {
  const [dot, name, ...call] = tokens.slice(start, start + 4).map(({ text }) => text);
  const isCall = dot === '.' && call.join('') === '()';
  return isCall && ['items', 'keys', 'values'].includes(name ?? '') ? name : undefined;
}

/** Index of the bracket that closes the one at `open`; undefined when there is none, or it holds a slice. */
export function closing(tokens: readonly Token[], open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.text ?? '';
    if (tokens[index]?.kind === 'sign' && '([{'.includes(text)) depth++;
    if (tokens[index]?.kind === 'sign' && ')]}'.includes(text)) depth--;
    if (depth === 1 && text === ':') return undefined;
    if (depth === 0) return index;
  }
  return undefined;
}

/** Whether what follows asks if it is there: `| default(…)`, `is defined`, `is not defined`. */
export function isExcused(tokens: readonly Token[], end: number): boolean {
  const [first, second, third] = tokens.slice(end, end + 3).map((token) => token.text);
  if (first === '|') return DEFAULTS.has(second ?? '');
  return first === 'is' && DEFINED.has((second === 'not' ? third : second) ?? '');
}
