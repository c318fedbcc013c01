import { didYouMean } from '../../text/did-you-mean.ts';
import { truthy } from '../filter-values.ts';
import { fileLookups } from './file-lookups.ts';
import { listLookups } from './list-lookups.ts';
import type { Lookup, Question, Surroundings } from './lookup.ts';
import { password } from './password.ts';
import { sequences } from './sequence.ts';
import { variableLookups } from './variable-lookups.ts';

/** All lookups that there are; docs/templates.md lists them. */
const LOOKUPS: Readonly<Record<string, Lookup>> = {
  ...fileLookups,
  ...listLookups,
  ...variableLookups,
  password,
  sequence: { options: ['start', 'end', 'count', 'stride', 'format'], find: sequences },
};

/** Their names, as `lookup(…)` and `with_…` have them. */
export const lookupNames: readonly string[] = Object.keys(LOOKUPS);

/** What Ansible has and this version hasn't. */
const NOT_YET = ['config', 'csvfile', 'ini', 'inventory_hostnames', 'unvault', 'url'];

/** What every lookup takes. */
const COMMON_OPTIONS = ['wantlist', 'errors', 'allow_unsafe'];

const bare = (name: string): string => name.replace(/^ansible\.(?:builtin|legacy)\./u, '');

/** Why there is no lookup by this name; undefined where there is one. */
export function unknownLookup(name: string): string | undefined {
  if (Object.hasOwn(LOOKUPS, bare(name))) return undefined;
  if (NOT_YET.includes(bare(name)) || bare(name).includes('.'))
    return `the lookup "${name}" is not supported yet`;
  return `there is no lookup "${name}"${didYouMean(bare(name), [...lookupNames, ...NOT_YET])}`;
}

/** The values that a lookup finds, as a loop takes them. Throws when it can't. */
export function findAll(name: string, question: Question, surroundings: Surroundings): readonly unknown[] {
  const lookup = LOOKUPS[bare(name)];
  if (lookup === undefined) throw new Error(unknownLookup(name));
  return lookup.find(question, surroundings);
}

/**
 * What `lookup(…)` gives: texts joined by commas, a single value, or else the list; with `wantlist` always the list. With
 * `errors` "ignore" or "warn" a lookup that fails gives none.
 */
export function lookUp(name: string, { terms, options }: Question, surroundings: Surroundings): unknown {
  const { wantlist, errors = 'strict', allow_unsafe: _, ...own } = options;
  const lookup = LOOKUPS[bare(name)];
  if (lookup === undefined) throw new Error(unknownLookup(name));
  const unknown = Object.keys(own).find((option) => !lookup.options.includes(option));
  if (unknown !== undefined)
    throw new Error(
      `has no option "${unknown}"${didYouMean(unknown, [...lookup.options, ...COMMON_OPTIONS])}`,
    );
  const found = foundBy(() => findAll(name, { terms, options: own }, surroundings), errors);
  if (truthy(wantlist)) return found ?? [];
  if (found === undefined) return null;
  if (found.length > 0 && found.every((value) => typeof value === 'string')) return found.join(',');
  return found.length === 1 ? found[0] : found;
}

function foundBy(find: () => readonly unknown[], errors: unknown): readonly unknown[] | undefined {
  if (errors !== 'ignore' && errors !== 'warn') return find();
  try {
    return find();
  } catch {
    return undefined;
  }
}
