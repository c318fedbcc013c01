import { methods as lacking } from './filters/method-filters.ts';
import type { Token } from './tokens.ts';

/**
 * Writes what Python does and the engine doesn't in words that it has: methods of texts and `round` with a method as
 * filters of ours, `'…' % (a, b)` as one too, and each side of a `~` as the text that Python makes of it.
 */
export function pythonWays(tokens: readonly Token[]): readonly Token[] {
  return joinedTexts(percents(floats(methods(tokens))));
}

const sign = (text: string): Token => ({ kind: 'sign', text });
const name = (text: string): Token => ({ kind: 'name', text });
const isMethod = (word: string | undefined): boolean => Object.hasOwn(lacking, word ?? '');

function methods(tokens: readonly Token[]): readonly Token[] {
  return tokens.map((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (token.text === '.' && isMethod(after?.text) && tokens[index + 2]?.text === '(') return sign('|');
    if (before?.text === '.' && isMethod(token.text) && after?.text === '(') return name(`__${token.text}`);
    if (token.text === '.' && isParts(tokens, index)) return sign('|');
    if (before?.text === '.' && isParts(tokens, index - 1)) return name(`__${token.text}`);
    if (before?.text === '|' && token.text === 'round' && hasMethod(tokens, index + 1))
      return name('__round');
    return token;
  });
}

/** `(a | combine(b)).items()`: of what is no variable; those strict.ts knows. */
function isParts(tokens: readonly Token[], dot: number): boolean {
  const [before, , word, open] = tokens.slice(dot - 1, dot + 3).map(({ text }) => text);
  return ')}'.includes(before ?? ' ') && PARTS.includes(word ?? '') && open === '(';
}

const PARTS = ['items', 'keys', 'values', 'get'];

/** `round(2, 'ceil')` and `round(method='floor')`. */
function hasMethod(tokens: readonly Token[], open: number): boolean {
  if (tokens[open]?.text !== '(') return false;
  const inside = tokens.slice(open + 1, closingOf(tokens, open));
  return inside.some(({ kind, text }) => kind === 'string' || text === 'method');
}

/** `float(otherwise)` is `__number(otherwise) | float`: what is no number is 0, or its argument. */
function floats(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex(({ text }, index) => text === 'float' && tokens[index - 1]?.text === '|');
  if (at < 0) return tokens;
  const end = tokens[at + 1]?.text === '(' ? closingOf(tokens, at + 1) + 1 : at + 1;
  return [
    ...tokens.slice(0, at),
    name('__number'),
    ...tokens.slice(at + 1, end),
    sign('|'),
    name('float'),
    ...floats(tokens.slice(end)),
  ];
}

/** Index of the bracket that closes this one. */
function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  const length = tokens.slice(open).findIndex(({ kind, text }) => {
    if (kind === 'sign') depth += depthOf(text);
    return depth === 0;
  });
  return length < 0 ? tokens.length : open + length;
}

/** After a text that is written in the expression, `%` is no division. */
function percents(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex(({ text }, index) => text === '%' && tokens[index - 1]?.kind === 'string');
  if (at < 0) return tokens;
  const end = operandEnd(tokens, at + 1);
  const operand = tokens.slice(at + 1, end);
  const isTuple = operand[0]?.text === '(' && operandEnd(operand, 0) === operand.length && hasComma(operand);
  const given = isTuple ? operand : [sign('['), ...operand, sign(']')];
  return percents([
    ...tokens.slice(0, at),
    sign('|'),
    name('__percent'),
    sign('('),
    ...given,
    sign(')'),
    ...tokens.slice(end),
  ]);
}

function hasComma(tokens: readonly Token[]): boolean {
  let depth = 0;
  return tokens.some(({ text }) => {
    depth += depthOf(text);
    return depth === 1 && text === ',';
  });
}

const depthOf = (text: string): number => ('([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0);

/** What ends an operand of an arithmetic operator. */
const ENDS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
  '//',
  '**',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  ',',
  ':',
  '=',
  '|=',
];
const WORDS = ['and', 'or', 'not', 'in', 'is', 'if', 'else', 'recursive'];

/** Index behind the operand that begins here: with its attributes, calls and filters. */
function operandEnd(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const { kind = 'sign', text = '' } = tokens[index] ?? {};
    if (kind === 'sign') depth += depthOf(text);
    if (depth < 0) return index;
    const isWord = kind === 'name' && WORDS.includes(text) && tokens[index - 1]?.text !== '|';
    if (depth === 0 && index > start && ((kind === 'sign' && ENDS.includes(text)) || isWord)) return index;
  }
  return tokens.length;
}

/** What ends a side of `~`. */
const LOOSER = ['~', '+', '-', '==', '!=', '<', '>', '<=', '>=', ',', ':', '='];

/** `a ~ b` with each side as text: true is "True" then, as in Python. */
function joinedTexts(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ kind, text }) => kind === 'sign' && text === '~')) return tokens;
  const opens = new Set<number>();
  const closes = new Set<number>();
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign' || text !== '~') continue;
    opens.add(edge(tokens, index, -1) + 1).add(index + 1);
    closes.add(index - 1).add(edge(tokens, index, 1) - 1);
  }
  return tokens.flatMap((token, index) => [
    ...(opens.has(index) ? [sign('(')] : []),
    token,
    ...(closes.has(index) ? [sign(')'), sign('|'), name('__str')] : []),
  ]);
}

/** Index of the token that ends the side of a `~` in this direction; one outside of the tokens where none does. */
function edge(tokens: readonly Token[], from: number, step: 1 | -1): number {
  let depth = 0;
  let index = from + step;
  for (; index >= 0 && index < tokens.length; index += step) {
    const { kind = 'sign', text = '' } = tokens[index] ?? {};
    if (kind === 'sign') depth += depthOf(text) * step;
    if (depth < 0) return index;
    const ends =
      (kind === 'sign' && LOOSER.includes(text) && !isSignOfNumber(tokens, index)) ||
      (kind === 'name' && JOINERS.includes(text) && tokens[index - 1]?.text !== '|');
    if (depth === 0 && ends) return index;
  }
  return index;
}

/** A plus or minus before a number, and not between two. */
function isSignOfNumber(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (!'+-'.includes(tokens[index]?.text ?? ' ')) return false;
  const isValue = before?.kind === 'sign' ? ')]}'.includes(before.text) : before !== undefined;
  return !isValue || JOINERS.includes(before?.text ?? '');
}

const JOINERS = ['and', 'or', 'not', 'in', 'if', 'else'];
