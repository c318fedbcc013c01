import { writtenOrders } from './key-order.ts';
import { withoutBraces } from './nested-templates.ts';
import { pythonWays } from './python-ways.ts';
import { KEYWORDS, isPath, simpleParts } from './simple-parts.ts';
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
import type { Part, Token } from './tokens.ts';
import { splitTemplate, tokenize } from './tokens.ts';

/** A template made ready for the engine. */
export interface Prepared {
  /** `expression` when the whole template is one `{{ … }}`, whose value keeps its type; `plain` when there is nothing to render. */
  readonly kind: 'plain' | 'expression' | 'text';
  readonly source: string;
  /** Variables that it names; only these are handed to the engine. */
  readonly names: ReadonlySet<string>;
  /** When it is nothing but text and paths ("a", "a.b"), its parts in order: texts at even places, paths at odd ones. */
  readonly simple?: readonly string[];
  /** When it is one path and no text. */
  readonly path?: string;
  /** Those of them that it can't do without: none is asked for with `default` or `is defined`, none is made in the template itself. */
  readonly needed: ReadonlySet<string>;
  /** Those that it asks for so. */
  readonly asked: ReadonlySet<string>;
  /** By a condition in it, not all that it names may be looked at. */
  readonly branches: boolean;
  /** By an `if` without `else` it may give nothing, which is empty then and no error. */
  readonly mayBeNothing: boolean;
  /** Keys of the mappings that are written in it. */
  readonly orders: readonly (readonly string[])[];
}

/** Variables as a template speaks of them. */
interface Mentions {
  readonly all: Set<string>;
  readonly needed: Set<string>;
  readonly asked: Set<string>;
  /** Made in the template: by a loop, "set", a macro. */
  readonly local: Set<string>;
  readonly orders: (readonly string[])[];
  branches: boolean;
}

const BRANCHES = new Set(['if', 'and', 'or']);
/**
 * The engine lets an undefined value through in `~`, `==`, lists and results, even in its strict mode, and refuses
 * `a.b.c | default(…)` where Ansible takes it. So each variable, with its attributes, is written as a
 * condition that calls `__undefined` when it isn't there, or is nothing where a `default` or `is defined` follows.
 */
export function prepareTemplate(template: string): Prepared {
  const names = noMentions();
  const parts = splitTemplate(template);
  const [first] = parts;
  if (parts.every((part) => part.kind === 'text') && !/\{[{%#]/u.test(template))
    return prepared('plain', template, names);
  if (first !== undefined && parts.length === 1 && first.kind === 'output') {
    return preparedExpression(first.text, names);
  }
  const simple = simpleParts(parts);
  const whole = prepared('text', parts.map((part) => strictPart(part, names)).join(''), names);
  return { ...whole, ...(simple && { simple }) };
}

/** An expression without braces, as `when` has it. */
export function prepareExpression(expression: string): Prepared {
  return preparedExpression(expression, noMentions());
}

function preparedExpression(expression: string, names: Mentions): Prepared {
  const path = expression.trim();
  const tokens = tokenize(expression);
  const whole = prepared('expression', strict(tokens, names), names, hasIf(tokens));
  return { ...whole, ...(isPath(path) && { path }) };
}

const noMentions = (): Mentions => ({
  all: new Set(),
  needed: new Set(),
  asked: new Set(),
  local: new Set(),
  orders: [],
  branches: false,
});

function prepared(
  kind: Prepared['kind'],
  source: string,
  mentions: Mentions,
  mayBeNothing = false,
): Prepared {
  const { all: names, asked, local, branches, orders } = mentions;
  const needed = [...mentions.needed].filter((name) => !asked.has(name) && !local.has(name));
  return { kind, source, names, needed: new Set(needed), asked, branches, orders, mayBeNothing };
}

function strictPart(part: Part, names: Mentions): string {
  if (part.kind === 'text') return part.text;
  const before = part.trimBefore ? '-' : '';
  const after = part.trimAfter ? '-' : '';
  if (part.kind === 'statement') return `{%${before} ${strictStatement(part.text, names)} ${after}%}`;
  const tokens = tokenize(part.text);
  const absent = hasIf(tokens) ? "''" : `__undefined(${JSON.stringify(part.text)}, true)`;
  const shown = `__v if __v is string or __v is number else (${absent} if __v is undefined else __v | __text)`;
  return `{%${before} set __v = ${strict(tokens, names)} %}{{ ${shown} ${after}}}`;
}

const hasIf = (tokens: readonly Token[]): boolean => tokens.some(({ text }) => text === 'if');

function strictStatement(text: string, names: Mentions): string {
  const tokens = tokenize(text);
  const keyword = tokens[0]?.text ?? '';
  names.branches ||= ['if', 'elif', 'for'].includes(keyword);
  const splitAt = { for: 'in', set: '=' }[keyword];
  const from = splitAt === undefined ? 0 : tokens.findIndex((token) => token.text === splitAt);
  const rewritten = splitAt === undefined ? keyword === 'if' || keyword === 'elif' : from > 0;
  if (!rewritten) {
    for (const token of tokens) if (token.kind === 'name') makeLocal(token.text, names);
    return text;
  }
  const head = tokens.slice(0, from + 1);
  if (splitAt !== undefined) for (const token of head) if (token.kind === 'name') names.local.add(token.text);
  if (keyword === 'for') names.local.add('loop');
  const value = strict(tokens.slice(from + 1), names);
  const isPathAlone = keyword === 'for' && isPath(text.slice(text.indexOf(' in ') + 4).trim());
  return `${head
    .map((token) => token.text)
    .join(' ')
    .replaceAll(
      ' . ',
      '.',
    )} ${isPathAlone ? `(${value} | __keys if ${value} is mapping else ${value})` : value}`;
}

function makeLocal(name: string, { all, local }: Mentions): void {
  all.add(name);
  local.add(name);
}

/** Writes an expression again, every variable guarded, and collects the names of variables. */
function strict(tokens: readonly Token[], names: Mentions): string {
  names.orders.push(...writtenOrders(tokens));
  return guarded(pythonWays(tokens), names);
}

function guarded(tokens: readonly Token[], names: Mentions): string {
  const written: string[] = [];
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index];
    if (token === undefined) break;
    names.branches ||= BRANCHES.has(token.text) && token.kind === 'name';
    const asked = readLookup(tokens, index);
    if (asked !== undefined) {
      const comma = asked.inside.length === 0 || asked.inside.at(-1)?.text === ',' ? '' : ', ';
      const inside = pythonWays(withoutBraces(asked.inside));
      written.push(`${token.text}(${guarded(inside, names)}${comma}${NAMED}=true)`);
      addVariables(asked.inside, names);
      index = asked.end;
      continue;
    }
    if (!isVariable(tokens, index)) {
      const plucked = pluck(tokens, index);
      written.push(plucked ?? (token.kind === 'string' ? withPythonEscapes(token.text) : token.text));
      index += plucked === undefined ? 1 : 4;
      continue;
    }
    names.all.add(token.text);
    const chain = readChain(tokens, index, names);
    const excused = isExcused(tokens, chain.end);
    (excused ? names.asked : names.needed).add(token.text);
    const found = guard(chain.steps, excused);
    const got = readGet(tokens, chain.end);
    const parts = readParts(tokens, chain.end);
    if (parts !== undefined) written.push(`(${found} | __${parts})`);
    else if (isListed(tokens, chain.end))
      written.push(`(${found} | __keys if ${found} is mapping else ${found})`);
    else written.push(got === undefined ? found : getItem(found, got, names));
    index = parts === undefined ? (got?.end ?? chain.end) : chain.end + 4;
  }
  return written.join(' ');
}

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

function guard(steps: readonly string[], excused: boolean): string {
  const whole = steps.at(-1) ?? '';
  if (excused && steps.length === 1) return whole;
  const there = (excused ? steps.slice(0, -1) : steps).map((step) => `${step} is defined`).join(' and ');
  return `(${whole} if ${there} else ${excused ? '__nothing' : `__undefined(${JSON.stringify(whole)}, ${steps[0] ?? ''} is defined)`})`;
}
