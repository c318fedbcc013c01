/** One part of a host pattern: hosts that are added, or those that all others must be among, or must not. */
export interface PatternPart {
  readonly sign: '' | '&' | '!';
  readonly text: string;
}

/**
 * Splits a host pattern at ":" and "," outside of brackets, in Ansible's order of evaluation: what is added, then "&",
 * then "!"; without anything to add, `all` is. A string is the end of a sentence about what is wrong.
 */
export function splitPattern(pattern: string): readonly PatternPart[] | string {
  const texts = split(pattern);
  if (texts === undefined) return 'a bracket has no partner';
  const parts = texts.map((text): PatternPart => {
    const sign = text.startsWith('&') ? '&' : text.startsWith('!') ? '!' : '';
    return { sign, text: text.slice(sign.length).trim() };
  });
  if (parts.some(({ text }) => text === '')) return 'a name between its separators is empty';
  const of = (sign: PatternPart['sign']): readonly PatternPart[] =>
    parts.filter((part) => part.sign === sign);
  const added = of('');
  return [...(added.length > 0 ? added : [{ sign: '', text: 'all' } as const]), ...of('&'), ...of('!')];
}

function split(pattern: string): readonly string[] | undefined {
  const texts: string[] = [];
  let text = '';
  let depth = 0;
  for (const [token] of pattern.matchAll(/\\[^]|[^]/gu)) {
    if ((token === ':' || token === ',') && depth === 0) {
      texts.push(text.trim());
      text = '';
      continue;
    }
    if (/^[[({]$/u.test(token)) depth += 1;
    if (/^[\])}]$/u.test(token)) depth -= 1;
    if (depth < 0) return undefined;
    text += token;
  }
  return depth === 0 ? [...texts, text.trim()] : undefined;
}
