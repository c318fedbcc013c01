import { isPath, simpleParts } from './simple-parts.ts';
import type { Mentions } from './strict.ts';
import { keysOfMapping, noMentions, strict } from './strict.ts';
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

/** Reads a template, and writes it again as strict.ts does it: the text of a file. */
export function prepareTemplate(template: string): Prepared {
  return prepareParts(template, splitTemplate(template));
}

/**
 * The same for a text of a playbook, an inventory or a document: there a backslash in a string of `{{ … }}` is itself, and
 * begins nothing, as Ansible has it ("\n" is two letters, not the end of a line); in `{% … %}` it is Jinja's.
 */
export function prepareText(text: string): Prepared {
  const parts = splitTemplate(text);
  if (!text.includes('\\')) return prepareParts(text, parts);
  return prepareParts(
    text,
    parts.map((part) => (part.kind === 'output' ? { ...part, text: withBackslashes(part.text) } : part)),
  );
}

/** One before a quote still lets it stand in a string. */
function withBackslashes(expression: string): string {
  return expression.replaceAll(STRING, (string) =>
    string.replaceAll(/\\(?:\\|(?=(?<quote>['"]))|)/gu, (found, quote: string | undefined) =>
      quote === undefined ? found + found : found,
    ),
  );
}

const STRING = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/gsu;

function prepareParts(template: string, parts: readonly Part[]): Prepared {
  const names = noMentions();
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
  const length = headLength(tokens);
  if (length === 0) {
    for (const token of tokens) if (token.kind === 'name') makeLocal(token.text, names);
    return text;
  }
  const head = tokens.slice(0, length);
  if (keyword === 'for' || keyword === 'set')
    for (const token of head) if (token.kind === 'name') names.local.add(token.text);
  if (keyword === 'for') names.local.add('loop');
  const value = strict(tokens.slice(length), names);
  const isPathAlone = keyword === 'for' && isPath(text.slice(text.indexOf(' in ') + 4).trim());
  const words = head.map((token) => token.text).join(' ');
  return `${words.replaceAll(' . ', '.')} ${isPathAlone ? keysOfMapping(value) : value}`;
}

/** How many words stand before the expression of a statement, "for x in", "set x =", "if"; 0 where it has none. */
function headLength(tokens: readonly Token[]): number {
  const keyword = tokens[0]?.text ?? '';
  if (keyword === 'if' || keyword === 'elif') return 1;
  const last = { for: 'in', set: '=' }[keyword];
  return last === undefined ? 0 : tokens.findIndex(({ text }) => text === last) + 1;
}

function makeLocal(name: string, { all, local }: Mentions): void {
  all.add(name);
  local.add(name);
}
