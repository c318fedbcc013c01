import type { Part } from './tokens.ts';

/** Names that are no variables. */
export const KEYWORDS = new Set([
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

/** A template that is nothing but text and plain paths: texts at even places, paths at odd ones; undefined for any other. */
export function simpleParts(parts: readonly Part[]): readonly string[] | undefined {
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

/** `a` or `a.b.c`. */
export const isPath = (text: string): boolean =>
  text.split('.').every((name) => /^[A-Za-z_]\w*$/u.test(name) && !KEYWORDS.has(name));
