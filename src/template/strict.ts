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
}

/** Variables as a template speaks of them. */
interface Mentions {
  readonly all: Set<string>;
  readonly needed: Set<string>;
  readonly asked: Set<string>;
  /** Made in the template: by a loop, "set", a macro. */
  readonly local: Set<string>;
  branches: boolean;
}

const KEYWORDS = new Set([
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'else',
  'true',
  'false',
  'none',
  'True',
  'False',
  'None',
  'recursive',
]);
const BRANCHES = new Set(['if', 'and', 'or']);
const DEFAULTS = new Set(['default', 'd']);
const DEFINED = new Set(['defined', 'undefined']);

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

function simpleParts(parts: readonly Part[]): readonly string[] | undefined {
  const simple = [''];
  for (const part of parts) {
    // Comments, and what is not closed, are text here and none to the engine.
    if (part.kind === 'text' && !/\{[{%#]/u.test(part.text)) simple.push(`${simple.pop() ?? ''}${part.text}`);
    else if (part.kind === 'output' && isPath(part.text.trim()) && !part.trimBefore && !part.trimAfter)
      simple.push(part.text.trim(), '');
    else return undefined;
  }
  return simple;
}

const isPath = (text: string): boolean =>
  text.split('.').every((name) => /^[A-Za-z_]\w*$/u.test(name) && !KEYWORDS.has(name));

/** An expression without braces, as `when` has it. */
export function prepareExpression(expression: string): Prepared {
  return preparedExpression(expression, noMentions());
}

function preparedExpression(expression: string, names: Mentions): Prepared {
  const path = expression.trim();
  const whole = prepared('expression', strict(tokenize(expression), names), names);
  return { ...whole, ...(isPath(path) && { path }) };
}

const noMentions = (): Mentions => ({
  all: new Set(),
  needed: new Set(),
  asked: new Set(),
  local: new Set(),
  branches: false,
});

function prepared(kind: Prepared['kind'], source: string, mentions: Mentions): Prepared {
  const { all: names, asked, local, branches } = mentions;
  const needed = [...mentions.needed].filter((name) => !asked.has(name) && !local.has(name));
  return { kind, source, names, needed: new Set(needed), asked, branches };
}

function strictPart(part: Part, names: Mentions): string {
  if (part.kind === 'text') return part.text;
  const before = part.trimBefore ? '-' : '';
  const after = part.trimAfter ? '-' : '';
  if (part.kind === 'statement') return `{%${before} ${strictStatement(part.text, names)} ${after}%}`;
  const tokens = tokenize(part.text);
  const absent = tokens.some(({ text }) => text === 'if')
    ? "''"
    : `__undefined(${JSON.stringify(part.text)}, true)`;
  const shown = `__v if __v is string or __v is number else (${absent} if __v is undefined else __v | __text)`;
  return `{%${before} set __v = ${strict(tokens, names)} %}{{ ${shown} ${after}}}`;
}

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
  return `${head
    .map((token) => token.text)
    .join(' ')
    .replaceAll(' . ', '.')} ${strict(tokens.slice(from + 1), names)}`;
}

function makeLocal(name: string, { all, local }: Mentions): void {
  all.add(name);
  local.add(name);
}

/** Writes an expression again, every variable guarded, and collects the names of variables. */
function strict(tokens: readonly Token[], names: Mentions): string {
  const written: string[] = [];
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index];
    if (token === undefined) break;
    names.branches ||= BRANCHES.has(token.text) && token.kind === 'name';
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
    written.push(got === undefined ? found : getItem(found, got, names));
    index = got?.end ?? chain.end;
  }
  return written.join(' ');
}

/** Python keeps a backslash before a letter that it means nothing for, as in '\w+'; the engine refuses it. */
function withPythonEscapes(text: string): string {
  return text.replaceAll(/\\(?<escaped>[\s\S])/gu, (escape, letter: string) =>
    `\\'"nrtbfu`.includes(letter) ? escape : `\\${escape}`,
  );
}

/** `map(attribute=` leaves holes where an item has no such attribute; `__attributes(` reports them. */
function pluck(tokens: readonly Token[], index: number): string | undefined {
  const words = tokens
    .slice(index, index + 4)
    .map((token) => token.text)
    .join(' ');
  return words === 'map ( attribute =' && tokens[index - 1]?.text === '|' ? '__attributes(' : undefined;
}

interface Get {
  readonly key: readonly Token[];
  readonly otherwise: readonly Token[];
  readonly end: number;
}

/** Reads `.get(key, otherwise)`, which the engine has with a key only. */
function readGet(tokens: readonly Token[], start: number): Get | undefined {
  const words = tokens.slice(start, start + 3).map((token) => token.text);
  const close = words.join(' ') === '. get (' ? closing(tokens, start + 2) : undefined;
  if (close === undefined) return undefined;
  const inside = tokens.slice(start + 3, close);
  const comma = inside.findIndex(({ text }) => text === ',');
  if (comma < 1 || inside.slice(0, comma).some(({ text }) => '([{'.includes(text))) return undefined;
  return { key: inside.slice(0, comma), otherwise: inside.slice(comma + 1), end: close + 1 };
}

function getItem(mapping: string, { key, otherwise }: Get, names: Mentions): string {
  const wanted = strict(key, names);
  return `(${mapping}[${wanted}] if (${wanted}) in ${mapping} else (${strict(otherwise, names)}))`;
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
    steps.push(`${so}[${strict(tokens.slice(end + 1, close), names)}]`);
    end = close + 1;
  }
}

/** Index of the bracket that closes the one at `open`; undefined when there is none, or it holds a slice. */
function closing(tokens: readonly Token[], open: number): number | undefined {
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
function isExcused(tokens: readonly Token[], end: number): boolean {
  const [first, second, third] = tokens.slice(end, end + 3).map((token) => token.text);
  if (first === '|') return DEFAULTS.has(second ?? '');
  return first === 'is' && DEFINED.has((second === 'not' ? third : second) ?? '');
}

function guard(steps: readonly string[], excused: boolean): string {
  const whole = steps.at(-1) ?? '';
  if (excused && steps.length === 1) return whole;
  const there = (excused ? steps.slice(0, -1) : steps).map((step) => `${step} is defined`).join(' and ');
  return `(${whole} if ${there} else ${excused ? '__nothing' : `__undefined(${JSON.stringify(whole)}, ${steps[0] ?? ''} is defined)`})`;
}
