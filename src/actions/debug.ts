import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { evaluate } from '../template/render.ts';
import type { Variables } from '../template/render.ts';
import type { Action, ActionResult } from './action.ts';
import { anything, integer, optional, preset, plainText } from './host/parameters.ts';

/** Shows a text (`msg`) or the value of a variable or expression (`var`). It runs nothing on any host. */
export const debug: Action = {
  name: 'debug',
  help: 'Shows a text, or the value of a variable or expression.',
  parameters: {
    msg: preset(anything('What is shown.'), 'Hello world!'),
    var: optional(plainText('A variable or expression, whose value is shown.')),
    verbosity: preset(
      integer(
        'Only shown when Ansible runs with so many -v; there is no such option here, so it is skipped.',
      ),
      0,
    ),
  },
  keys: ['msg', 'var', 'verbosity'],
  notYet: [],
  expressions: ['var'],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    if (args === null) return ok(() => shown('Hello world!'));
    if (typeof args !== 'object' || args === undefined || Array.isArray(args)) {
      return wrong(positions, [], 'it is no mapping; {msg: …} or {var: …} is wanted');
    }
    const msg: unknown = 'msg' in args ? args.msg : undefined;
    const name: unknown = 'var' in args ? args.var : undefined;
    if (msg !== undefined && name !== undefined)
      return wrong(positions, ['var'], 'it has both "msg" and "var"; one of them is wanted');
    if ('verbosity' in args && Number(args.verbosity) > 0)
      return ok(() =>
        Promise.resolve({ outcome: 'skipped', message: 'Verbosity threshold not met.', diagnostics: [] }),
      );
    if (name === undefined) return ok(() => shown(msg === undefined ? 'Hello world!' : text(msg)));
    if (typeof name !== 'string') return wrong(positions, ['var'], '"var" is no name of a variable');
    return ok((context) => showVariable(name, context.variables, positions));
  },
};

function showVariable(name: string, variables: Variables, positions: Positions): Promise<ActionResult> {
  const value = evaluate(name, variables, positionAt(positions, ['var']));
  // As in Ansible, it is shown that there is none.
  if (!value.ok && value.diagnostics.every(({ code }) => code === 'template/undefined'))
    return shown(`${name}: VARIABLE IS NOT DEFINED!`);
  if (!value.ok) return Promise.resolve({ outcome: 'failed', diagnostics: value.diagnostics });
  return shown(`${name}: ${text(value.value)}`);
}

function shown(message: string): Promise<ActionResult> {
  return Promise.resolve({ outcome: 'ok', message, diagnostics: [] });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function wrong(positions: Positions, path: readonly string[], what: string): Result<never> {
  const at = positionAt(positions, path);
  const diagnostic: Diagnostic = {
    code: 'debug/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "debug": ${what}`,
  };
  return fail(at === undefined ? diagnostic : { ...diagnostic, at });
}
