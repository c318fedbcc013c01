import { LOOKUP_FUNCTIONS } from './token-shapes.ts';
import type { Token } from './tokens.ts';
import { splitTemplate, tokenize } from './tokens.ts';

/** A file that a template asks for by name, and the folder that it is looked for in. */
export interface FixedFile {
  readonly name: string;
  readonly folder: 'files' | 'templates';
}

const FOLDERS: Readonly<Record<string, FixedFile['folder']>> = { file: 'files', template: 'templates' };

/** The files that a text looks up, `lookup('file', 'motd')`, as far as their names are written as they are and no `errors` lets them be missing. */
export function fixedFiles(kind: 'template' | 'expression', text: string): readonly FixedFile[] {
  if (kind === 'expression') return filesIn(tokenize(text));
  const parts = splitTemplate(text).filter((part) => part.kind !== 'text');
  return parts.flatMap((part) => filesIn(tokenize(part.text)));
}

function filesIn(tokens: readonly Token[]): readonly FixedFile[] {
  return tokens.flatMap((token, index): readonly FixedFile[] => {
    const [open, lookup, ...rest] = tokens.slice(index + 1);
    if (!LOOKUP_FUNCTIONS.includes(token.text) || open?.text !== '(' || lookup?.kind !== 'string') return [];
    const folder = FOLDERS[lookup.text.slice(1, -1).replace('ansible.builtin.', '')];
    const terms = termsIn(rest);
    if (folder === undefined || terms === undefined) return [];
    return terms.map((name) => ({ name, folder }));
  });
}

/** `, 'a', 'b')`; undefined when there is anything else among them. */
function termsIn(tokens: readonly Token[]): readonly string[] | undefined {
  const terms: string[] = [];
  for (let index = 0; ; index += 2) {
    const [separator, term] = tokens.slice(index, index + 2);
    if (separator?.text === ')') return terms;
    if (separator?.text !== ',' || term?.kind !== 'string' || term.text.includes('\\')) return undefined;
    terms.push(term.text.slice(1, -1));
  }
}
