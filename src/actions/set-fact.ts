import type { Positions, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok, positionAt } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import { holdsMarks } from '../template/tokens.ts';
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
    const bad = Object.keys(facts).find((name) => !isName(name) && !holdsMarks(name));
    if (bad !== undefined) return wrong(positions, [bad], `"${bad}" is no name of a variable`);
    if (Object.keys(facts).length === 0) return wrong(positions, [], 'it has no variable; one is wanted');
    return ok(({ variables }) => Promise.resolve(given(facts, positions, variables)));
  },
};

const isName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name);

/** Names may be made by templates, as here alone. */
function given(facts: Variables, positions: Positions, variables: Variables): ActionResult {
  const named: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(facts)) {
    const at = positionAt(positions, [written]);
    const name = renderValue(written, at ? { '': at } : {}, variables);
    if (!name.ok) return { outcome: 'failed', diagnostics: name.diagnostics };
    const text = String(name.value);
    if (!isName(text)) {
      const refused = wrong(positions, [written], `"${text}" is no name of a variable`);
      return { outcome: 'failed', diagnostics: diagnosticsOf(refused) };
    }
    named[text] = value;
  }
  return { outcome: 'ok', diagnostics: [], result: { ansible_facts: named }, facts: named };
}

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
