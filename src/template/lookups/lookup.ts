import type { Controller } from '../controller.ts';

/** What a lookup is asked: `lookup('file', 'a', 'b', rstrip=false)` has two terms and an option. */
export interface Question {
  readonly terms: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** What lookups know beside their arguments. */
export interface Surroundings {
  readonly controller: Controller;
  readonly variableNames: readonly string[];
  /** A variable's value, its own templates rendered; undefined when there is none by this name. Throws when it can't be rendered. */
  readonly variable: (name: string) => { readonly value: unknown } | undefined;
  /** A file's text as a template, these variables added. Throws when it can't be rendered. */
  readonly render: (text: string, file: string, more: Readonly<Record<string, unknown>>) => string;
}

/** A lookup of Ansible: a list of values. A throw's message is the error. */
export interface Lookup {
  /** Names of its keyword arguments. */
  readonly options: readonly string[];
  readonly find: (question: Question, surroundings: Surroundings) => readonly unknown[];
}

/** As Ansible takes what stands where a list is wanted: a mapping is its keys, any other value a list of one. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.keys(value) : [value];
}

/** The lists among the items taken apart, one level deep. */
export const flattenOnce = (items: readonly unknown[]): readonly unknown[] => items.flat(1);
