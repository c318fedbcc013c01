import { writtenOrders } from './key-order.ts';
import { withoutBraces } from './nested-templates.ts';
import { pythonWays } from './python-ways.ts';
import { KEYWORDS } from './simple-parts.ts';
import type { Get } from './token-shapes.ts';
import {
  NAMED,
  closing,
  isExcused,
  isListed,
  pluck,
  readGet,
  readLookup,
  readParts,
} from './token-shapes.ts';
import type { Token } from './tokens.ts';

/** Variables as a template speaks of them. */
export interface Mentions {
  readonly all: Set<string>;
  readonly needed: Set<string>;
  readonly asked: Set<string>;
  /** Made in the template: by a loop, "set", a macro. */
  readonly local: Set<string>;
  readonly orders: (readonly string[])[];
  branches: boolean;
}

/** To be filled by `strict`. */
export const noMentions = (): Mentions => ({
  all: new Set(),
  needed: new Set(),
  asked: new Set(),
  local: new Set(),
  orders: [],
  branches: false,
});

/**
 * Writes an expression again, and notes the variables that it names. The engine lets an undefined value through in `~`, `==`,
 * lists and results, even in its strict mode, and refuses `a.b.c | default(…)` where Ansible takes it. So each variable, with
 * its attributes, is written as a condition that calls `__undefined` when it isn't there, or is nothing where a `default` or
 * `is defined` follows.
 */
export function strict(tokens: readonly Token[], names: Mentions): string {
  names.orders.push(...writtenOrders(tokens));
  return guarded(pythonWays(tokens), names);
}

const BRANCHES = new Set(['if', 'and', 'or']);

/** A piece of an expression, written again. */
interface Piece {
  readonly source: string;
  /** Index of the first token behind it. */
  readonly end: number;
}

function guarded(tokens: readonly Token[], names: Mentions): string {
  names.branches ||= tokens.some(({ kind, text }) => kind === 'name' && BRANCHES.has(text));
  const written: string[] = [];
  let index = 0;
  while (index < tokens.length) {
    const { source, end } =
      lookupAt(tokens, index, names) ?? variableAt(tokens, index, names) ?? otherAt(tokens, index);
    written.push(source);
    index = end;
  }
  return written.join(' ');
}

function lookupAt(tokens: readonly Token[], index: number, names: Mentions): Piece | undefined {
  const asked = readLookup(tokens, index);
  if (asked === undefined) return undefined;
  const { inside, end } = asked;
  const comma = inside.length === 0 || inside.at(-1)?.text === ',' ? '' : ', ';
  const terms = guarded(pythonWays(withoutBraces(inside)), names);
  addVariables(inside, names);
  return { source: `${tokens[index]?.text ?? ''}(${terms}${comma}${NAMED}=true)`, end };
}

function variableAt(tokens: readonly Token[], index: number, names: Mentions): Piece | undefined {
  const name = tokens[index]?.text ?? '';
  if (!isVariable(tokens, index)) return undefined;
  names.all.add(name);
  const { steps, end } = readChain(tokens, index, names);
  const isAsked = isExcused(tokens, end);
  (isAsked ? names.asked : names.needed).add(name);
  const source = isAsked ? orNothing(steps) : orError(steps);
  const parts = readParts(tokens, end);
  if (parts !== undefined) return { source: `(${source} | __${parts})`, end: end + 4 };
  if (isListed(tokens, end)) return { source: keysOfMapping(source), end };
  const got = readGet(tokens, end);
  return got === undefined ? { source, end } : { source: getItem(source, got, names), end: got.end };
}

function otherAt(tokens: readonly Token[], index: number): Piece {
  const plucked = pluck(tokens, index);
  if (plucked !== undefined) return { source: plucked, end: index + 4 };
  const { kind = 'sign', text = '' } = tokens[index] ?? {};
  return { source: kind === 'string' ? withPythonEscapes(text) : text, end: index + 1 };
}

/** Of a mapping its keys, which Python goes through in a loop; any other value as it is. */
export const keysOfMapping = (source: string): string =>
  `(${source} | __keys if ${source} is mapping else ${source})`;

/** Python keeps a backslash before a letter that it means nothing for, as in '\w+'; the engine refuses it. */
function withPythonEscapes(text: string): string {
  return text.replaceAll(/\\(?<escaped>[\s\S])/gu, (escape, letter: string) =>
    `\\'"nrtbfu`.includes(letter) ? escape : `\\${escape}`,
  );
}

function getItem(mapping: string, { key, otherwise }: Get, names: Mentions): string {
  const wanted = guarded(key, names);
  return `(${mapping}[${wanted}] if (${wanted}) in ${mapping} else (${guarded(otherwise, names)}))`;
}

/** A name that stands for a variable: no keyword, attribute, filter, test, argument's name or function. */
function isVariable(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1]?.text;
  const after = tokens[index + 1]?.text;
  if (token?.kind !== 'name' || KEYWORDS.has(token.text)) return false;
  if (before === '.' || before === '|' || before === 'is') return false;
  if (before === 'not' && tokens[index - 2]?.text === 'is') return false;
  return after !== '(' && after !== '=';
}

/** `lookup('vars', 'name')` can't do without these, but with a `default`. */
function addVariables([lookup, ...terms]: readonly Token[], names: Mentions): void {
  if (!/^.(?:ansible\.builtin\.)?vars.$/u.test(lookup?.text ?? '')) return;
  if (terms.some(({ kind, text }, index) => kind !== (index % 2 === 0 ? 'sign' : 'string') || text === '('))
    return;
  for (const { kind, text } of terms) if (kind === 'string') names.needed.add(text.slice(1, -1));
}

interface Chain {
  /** Source of the variable, then of each attribute or item below it. */
  readonly steps: readonly string[];
  /** Index of the first token after it. */
  readonly end: number;
}

/** Reads `a.b['c']`, up to a method call or a slice. */
function readChain(tokens: readonly Token[], start: number, names: Mentions): Chain {
  const steps = [tokens[start]?.text ?? ''];
  let end = start + 1;
  for (;;) {
    const so = steps.at(-1) ?? '';
    const next = tokens[end + 1];
    if (tokens[end]?.text === '.' && next !== undefined && tokens[end + 2]?.text !== '(') {
      steps.push(next.kind === 'number' ? `${so}[${next.text}]` : `${so}.${next.text}`);
      end += 2;
      continue;
    }
    const close = tokens[end]?.text === '[' ? closing(tokens, end) : undefined;
    if (close === undefined) return { steps, end };
    steps.push(`${so}[${guarded(tokens.slice(end + 1, close), names)}]`);
    end = close + 1;
  }
}

function orError(steps: readonly string[]): string {
  const [root = ''] = steps;
  const whole = steps.at(-1) ?? '';
  return ifThere(steps, whole, `__undefined(${JSON.stringify(whole)}, ${root} is defined)`);
}

/** What follows asks for the last step itself. */
function orNothing(steps: readonly string[]): string {
  const whole = steps.at(-1) ?? '';
  return steps.length === 1 ? whole : ifThere(steps.slice(0, -1), whole, '__nothing');
}

const ifThere = (steps: readonly string[], whole: string, otherwise: string): string =>
  `(${whole} if ${steps.map((step) => `${step} is defined`).join(' and ')} else ${otherwise})`;
