import type { RefusalRule } from './method-area.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { splitList } from './text-list.ts';

/** Rules that all methods share whose object is a section of a file. */

/** The options that a type does not do without, where the schema has them all as optional. */
export function missingOfType(
  types: Readonly<Record<string, readonly string[]>>,
  noun: string,
): RefusalRule['refuse'] {
  return (params) => {
    const type = params['type'] ?? '';
    const required = Object.hasOwn(types, type) ? (types[type] ?? []) : [];
    return required
      .filter((name) => !(name in params))
      .map((name) => `"${name}" is missing; a ${noun} of type ${type} does not do without it`);
  };
}

/** `delete` takes names of options that can be set. */
export const unknownInDelete: RefusalRule['refuse'] = (params, method) => {
  const names = Object.keys(method.params).filter(
    (name) => !['delete', 'digest'].includes(name) && !method.path.includes(`{${name}}`),
  );
  return splitList(params['delete'] ?? '')
    .filter((name) => !names.includes(name))
    .map(
      (name) => `delete names "${name}"; an option that can be removed is wanted${didYouMean(name, names)}`,
    );
};
