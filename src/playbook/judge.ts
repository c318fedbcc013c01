import type { ActionResult } from '../actions/action.ts';
import type { Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim } from '../template/render.ts';
import type { Task } from './playbook.ts';
import { recordOf } from './register.ts';
import type { Written } from './playbook.ts';

/** The variables that a condition on a result sees. */
export function seeing({ register }: Task, variables: Variables, record: Variables): Variables {
  return register === undefined ? variables : { ...variables, [register]: new Verbatim(record) };
}

/** A result as the task's changed_when and failed_when have it. */
export function judge(task: Task, variables: Variables, result: ActionResult): ActionResult {
  if (['skipped', 'unreachable', 'left'].includes(result.outcome)) return result;
  const { changed_when: changedWhen, failed_when: failedWhen } = task.settings.words;
  if (changedWhen === undefined && failedWhen === undefined) return result;
  const judged = changedWhen === undefined ? result : judgeChanged(task, variables, result, changedWhen);
  return failedWhen === undefined ? judged : judgeFailed(task, variables, judged, failedWhen);
}

function judgeChanged(task: Task, variables: Variables, result: ActionResult, when: Written): ActionResult {
  const changed = holds(when.value, when.positions, seeing(task, variables, recordOf(result)));
  if (!changed.ok) return cannotJudge(result, changed.diagnostics);
  const kept = { ...result, result: { ...result.result, changed: changed.value } };
  return result.outcome === 'failed' ? kept : { ...kept, outcome: changed.value ? 'changed' : 'ok' };
}

/** What it has changed is changed all the same. */
function cannotJudge(result: ActionResult, diagnostics: readonly Diagnostic[]): ActionResult {
  const { changed } = recordOf(result);
  return { ...result, outcome: 'failed', diagnostics, result: { ...result.result, changed } };
}

function judgeFailed(task: Task, variables: Variables, result: ActionResult, when: Written): ActionResult {
  const record = recordOf(result);
  const failed = holds(when.value, when.positions, seeing(task, variables, record));
  if (!failed.ok) return cannotJudge(result, failed.diagnostics);
  const kept = { ...result.result, failed_when_result: failed.value };
  if (!failed.value) return { ...result, outcome: goodOutcome(result), diagnostics: [], result: kept };
  const diagnostics = result.outcome === 'failed' ? result.diagnostics : [failedWhenHeld(task, when)];
  return { ...result, outcome: 'failed', diagnostics, result: { ...kept, changed: record['changed'] } };
}

/** What it would be if it had not failed: a command that ran has changed something, for all anybody knows. */
function goodOutcome({ outcome, result }: ActionResult): Outcome {
  if (outcome !== 'failed') return outcome;
  const changed = result?.['changed'] ?? result?.['rc'] !== undefined;
  return changed === true ? 'changed' : 'ok';
}

function failedWhenHeld({ name }: Task, { value, positions }: Written): Diagnostic {
  const at = positionAt(positions, []);
  const condition = Array.isArray(value) ? value.join(' and ') : String(value);
  return {
    code: 'run/failed-when',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot count "${name}" as done: its "failed_when" holds: ${condition}`,
    ...(at && { at }),
  };
}
