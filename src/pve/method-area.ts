import type { PveCall } from './call.ts';
import type { MethodSchema } from './schema/property-schema.ts';

/** A part of PVE's API, as much of it as has to be loaded at once to check a call. */
export interface MethodArea {
  readonly methods: readonly MethodSchema[];
  readonly rules: readonly RefusalRule[];
}

/** What PVE refuses though its schema allows it: recordings of the real tools, and the code that dies. */
export interface RefusalRule {
  readonly appliesTo: (method: MethodSchema) => boolean;
  /** "<what is>; <what is wanted>" for each thing that is wrong. */
  readonly refuse: (params: Readonly<Record<string, string>>, method: MethodSchema) => readonly string[];
}

/** Messages of all rules that the call breaks; values that are not known here (secrets, lists) are "". */
export function refusedByRules(
  rules: readonly RefusalRule[],
  method: MethodSchema,
  params: PveCall['params'],
): readonly string[] {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) texts[name] = typeof value === 'string' ? value : '';
  return rulesOf(rules, method).flatMap((rule) => rule.refuse(texts, method));
}

const found = new WeakMap<MethodSchema, readonly RefusalRule[]>();

/** Found once for each method, which is in one area only. */
function rulesOf(rules: readonly RefusalRule[], method: MethodSchema): readonly RefusalRule[] {
  const known = found.get(method) ?? rules.filter((rule) => rule.appliesTo(method));
  found.set(method, known);
  return known;
}

/** For a rule: is it this method? "POST /storage" */
export const isMethod =
  (...wanted: readonly string[]) =>
  ({ method, path }: MethodSchema): boolean =>
    wanted.includes(`${method} ${path}`);
