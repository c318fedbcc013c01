import type { Positions } from '../diagnostic.ts';
import { ok, positionAt, positionsUnder } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import type { Values } from './host/parameters.ts';
import { anything, flag, optional, preset, plainText } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  that: anything('An expression, or a list of them that must all hold.'),
  fail_msg: optional(plainText('What is said when one does not.', ['msg'])),
  success_msg: preset(plainText('What is said when all do.'), 'All assertions passed'),
  quiet: preset(flag('Say nothing when all hold.'), false),
};

const table = { name: 'assert', parameters, notYet: [] };

/** Fails where an expression does not hold, as Ansible's module. */
export const assert: Action = {
  ...table,
  help: 'Fails where an expression does not hold.',
  keys: wordsOf(parameters),
  expressions: ['that'],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    const values = readArguments(table, args, positions);
    return values.ok ? ok((context) => Promise.resolve(judge(values.value, positions, context))) : values;
  },
};

function judge(
  { that, fail_msg: failMessage, success_msg: message, quiet }: Values<typeof parameters>,
  positions: Positions,
  context: ActionContext,
): ActionResult {
  const all: readonly unknown[] = Array.isArray(that) ? that : [that];
  for (const [index, one] of all.entries()) {
    const path = Array.isArray(that) ? ['that', index] : ['that'];
    const result = holds(one, positionsUnder(positions, path), context.variables);
    if (!result.ok) return failed(...result.diagnostics);
    if (result.value) continue;
    const why = failMessage ?? `Cannot go on: "${String(one)}" does not hold`;
    const at = positionAt(positions, path);
    const told = { assertion: one, evaluated_to: false, msg: failMessage ?? 'Assertion failed' };
    return { ...failed({ ...taskFailed(context, why), ...(at && { at }) }), result: told };
  }
  return { outcome: 'ok', ...(!quiet && { message }), result: { msg: message }, diagnostics: [] };
}
