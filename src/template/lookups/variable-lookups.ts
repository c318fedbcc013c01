import { didYouMean } from '../../text/did-you-mean.ts';
import { text } from '../filter-values.ts';
import { textRegex } from '../python-regex.ts';
import type { Lookup } from './lookup.ts';

/** Lookups of variables. */
export const variableLookups: Readonly<Record<string, Lookup>> = {
  vars: {
    options: ['default'],
    find: ({ terms, options }, { variable, variableNames }) =>
      terms.map((term) => {
        const name = text(term);
        const otherwise = options['default'] ?? null;
        const found = otherwise === null ? variable(name) : variableOr(() => variable(name), otherwise);
        if (found !== undefined) return found.value;
        throw new Error(`there is no variable "${name}"${didYouMean(name, variableNames)}`);
      }),
  },
  varnames: {
    options: [],
    find: ({ terms }, { variableNames }) =>
      terms.flatMap((term) => {
        const pattern = textRegex(text(term), {});
        return variableNames.filter((name) => pattern.test(name));
      }),
  },
};

/** Also in place of one that can't be rendered, for want of another variable. */
function variableOr(
  find: () => { readonly value: unknown } | undefined,
  otherwise: unknown,
): { readonly value: unknown } {
  try {
    return find() ?? { value: otherwise };
  } catch {
    return { value: otherwise };
  }
}
