import { isKnownWord } from './engine.ts';
import { unknownLookup } from './lookups/lookups.ts';
import { LOOKUP_FUNCTIONS } from './token-shapes.ts';
import type { Token } from './tokens.ts';
import { splitTemplate, tokenize } from './tokens.ts';

/** What Ansible has and this version hasn't. */
const NOT_YET = ['cycler', 'joiner', 'to_datetime', 'undef', 'unvault', 'urlize', 'vault'];

/** Why a template can't be rendered whatever its variables are: a filter, test or function in it that there is not; undefined when all are there. */
export function unknownWordIn(template: string): string | undefined {
  const parts = splitTemplate(template).filter(({ kind }) => kind !== 'text');
  const makesFunctions = parts.some(({ text }) => /^(?:macro|import|from|call)\b/u.test(text));
  for (const { text } of parts) {
    const problem = unknownIn(tokenize(text), makesFunctions);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same of an expression without braces. */
export function unknownWordInExpression(expression: string): string | undefined {
  return unknownIn(tokenize(expression), false);
}

function unknownIn(tokens: readonly Token[], makesFunctions: boolean): string | undefined {
  for (const [index, { kind, text }] of tokens.entries()) {
    const word = kind === 'name' ? kindOf(tokens, index) : undefined;
    if (word === 'collection') return `"${wholeName(tokens, index)}" is not supported yet`;
    const lookup =
      word === 'function' && LOOKUP_FUNCTIONS.includes(text) ? unknownLookupAt(tokens, index) : undefined;
    if (lookup !== undefined) return lookup;
    if (word === undefined || (word === 'function' && makesFunctions) || isKnownWord(word, text)) continue;
    return NOT_YET.includes(text) ? `"${text}" is not supported yet` : `there is no ${word} "${text}"`;
  }
  return undefined;
}

/** Of a lookup whose name is fixed. */
function unknownLookupAt(tokens: readonly Token[], index: number): string | undefined {
  const [name, after] = tokens.slice(index + 2, index + 4);
  if (name?.kind !== 'string' || !(after?.text === ',' || after?.text === ')')) return undefined;
  return unknownLookup(name.text.slice(1, -1));
}

/** `collection`: a filter or test of one. */
type Word = 'filter' | 'test' | 'function' | 'collection';

function kindOf(tokens: readonly Token[], index: number): Word | undefined {
  const [earlier, before] = [tokens[index - 2]?.text, tokens[index - 1]?.text];
  const after = tokens[index + 1]?.text;
  if (before === '|') return after === '.' ? 'collection' : 'filter';
  const isTest = before === 'not' ? earlier === 'is' : before === 'is' && tokens[index]?.text !== 'not';
  if (isTest) return after === '.' ? 'collection' : 'test';
  const isCalled = after === '(' && before !== '.' && !OPERATORS.includes(tokens[index]?.text ?? '');
  return isCalled ? 'function' : undefined;
}

/** `community.general.json_query` of these tokens. */
function wholeName(tokens: readonly Token[], start: number): string {
  const end = tokens.findIndex(
    ({ kind, text }, index) =>
      index > start && text !== '.' && !(kind === 'name' && tokens[index - 1]?.text === '.'),
  );
  return tokens
    .slice(start, end < 0 ? undefined : end)
    .map(({ text }) => text)
    .join('');
}

/** Words that may stand before a bracket. */
const OPERATORS = ['and', 'or', 'not', 'in', 'is', 'if', 'elif', 'else', 'for', 'set', 'filter', 'with'];
