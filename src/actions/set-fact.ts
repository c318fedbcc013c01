import type { Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Action, ActionResult } from './action.ts';

/** Gives the host variables for all that comes after it: `set_fact: { name: value }`. It runs nothing on any host. */
export const setFact: Action = {
  name: 'set_fact',
  help: 'Gives the host variables for all that comes after it: any names, any values.',
  parameters: {},
  keys: [],
  notYet: [],
  takesAny: true,
  expressions: [],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      return wrong(positions, [], 'it is no mapping; names and values are wanted');
    const { cacheable: _, ...facts }: Readonly<Record<string, unknown>> = { ...args };
    const bad = Object.keys(facts).find((name) => !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name));
    if (bad !== undefined) return wrong(positions, [bad], `"${bad}" is no name of a variable`);
    if (Object.keys(facts).length === 0) return wrong(positions, [], 'it has no variable; one is wanted');
    const result: ActionResult = {
      outcome: 'ok',
      diagnostics: [],
      result: { ansible_facts: facts },
      facts,
    };
    return ok(() => Promise.resolve(result));
  },
};

function wrong(positions: Positions, path: readonly string[], what: string): Result<never> {
  const at = positionAt(positions, path);
  return fail({
    code: 'set-fact/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "set_fact": ${what}`,
    ...(at && { at }),
  });
}
