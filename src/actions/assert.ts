import type { Positions } from '../diagnostic.ts';
import { positionAt, positionsUnder } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { Values } from './host/parameters.ts';
import { anything, flag, optional, preset, plainText } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  that: anything('An expression, or a list of them that must all hold.'),
  fail_msg: optional(plainText('What is said when one does not.', ['msg'])),
  success_msg: preset(plainText('What is said when all do.'), 'All assertions passed'),
  quiet: preset(flag('Say nothing when all hold.'), false),
};

/** Fails where an expression does not hold, as Ansible's module. */
export const assert = tableAction({
  name: 'assert',
  help: 'Fails where an expression does not hold.',
  parameters,
  notYet: [],
  expressions: ['that'],
  changes: false,
  foresee: () => [],
  run: judge,
});

function judge(
  { that, fail_msg: failMessage, success_msg: message, quiet }: Values<typeof parameters>,
  context: ActionContext,
  positions: Positions,
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
