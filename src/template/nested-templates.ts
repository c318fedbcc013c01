import type { Token } from './tokens.ts';
import { splitTemplate, tokenize } from './tokens.ts';

/** Ansible takes braces in a text that is an argument of a lookup for a template: '{{ role_path }}/x' is `(role_path) ~ '/x'`. */
export function withoutBraces(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) =>
    token.kind === 'string' && token.text.includes('{{') ? written(token.text) : [token],
  );
}

const sign = (text: string): Token => ({ kind: 'sign', text });

function written(text: string): readonly Token[] {
  const quote = text.slice(0, 1);
  const parts = splitTemplate(text.slice(1, -1));
  if (parts.some(({ kind }) => kind === 'statement')) return [{ kind: 'string', text }];
  const sides = parts.map((part): readonly Token[] =>
    part.kind === 'output'
      ? [sign('('), ...tokenize(part.text), sign(')')]
      : [{ kind: 'string', text: quote + part.text + quote }],
  );
  return [
    sign('('),
    ...sides.flatMap((side, index) => (index === 0 ? side : [sign('~'), ...side])),
    sign(')'),
  ];
}
