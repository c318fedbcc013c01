import type { Action, ActionResult } from '../actions/action.ts';
import { jobDirectory } from '../apply/claim-script.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import type { Turn } from './expand-task.ts';
import type { Task } from './playbook.ts';
import { recordOf } from './register.ts';

/** How one turn of a task ended on a host. */
export interface TurnResult extends ActionResult {
  readonly item?: string;
  /** The plan refused it, before any command. */
  readonly refused?: true;
  /** What `register` keeps of it. */
  readonly record: Variables;
}

export function finish(result: ActionResult, item: { readonly item?: string }, { own }: Turn): TurnResult {
  return { ...result, ...item, record: { ...recordOf(result), ...itemOf(own) } };
}

/** What a loop's result says of the item it is of. */
export function itemOf(own: Variables): Variables {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && 'value' in value ? value.value : value,
    ]),
  );
}

export const failed = (diagnostics: readonly Diagnostic[]): ActionResult => ({
  outcome: 'failed',
  diagnostics,
});

/** A host that gave no answer, or whose connection was lost before it gave one, is no failure that a rescue may catch. */
export function withoutAnswer(result: ActionResult): ActionResult {
  const isLost = result.diagnostics.some(
    ({ trouble, code }) => trouble === 'unreachable' || code === 'transport/connection-lost',
  );
  return isLost ? { ...result, outcome: 'unreachable' } : result;
}

/** It was tried as often as may be, and what it waits for did not come. */
export function exhausted({ name, at }: Task, result: ActionResult, tries: number): ActionResult {
  const diagnostic: Diagnostic = {
    code: 'run/until',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot count "${name}" as done: what it waits for did not come in ${tries} tries`,
    at,
  };
  return {
    ...result,
    outcome: 'failed',
    diagnostics: [...result.diagnostics, diagnostic],
    // As Ansible counts them here.
    result: { ...result.result, changed: recordOf(result)['changed'], attempts: tries - 1 },
  };
}

/** By Ansible's names; async_status tells how it goes on. */
export function jobBegun(unit: string): ActionResult {
  const result = { ansible_job_id: unit, started: 1, finished: 0, results_file: jobDirectory(unit) };
  return { outcome: 'changed', message: `begun as job ${unit}`, result, diagnostics: [] };
}

/** Nothing of what a secret task was given or has said is shown or recorded; `register` has it. */
export function hidden(
  { outcome, diagnostics, record, facts, included, gathered }: TurnResult,
  { name }: Task,
): TurnResult {
  return {
    outcome,
    message: 'its output is hidden by "no_log"',
    diagnostics: diagnostics.map(({ code, severity, trouble, at, host }) => ({
      code,
      severity,
      trouble,
      ...(at && { at }),
      ...(host !== undefined && { host }),
      message: `Cannot run "${name}": why is hidden by "no_log"`,
    })),
    record,
    ...(facts && { facts }),
    ...(included && { included }),
    ...(gathered && { gathered }),
  };
}

export function readOnlyRefusal({ name }: Action, host: string): Diagnostic {
  return {
    code: 'run/refused',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot run "${name}": this run is read-only`,
    host,
    hint: 'Leave out --read-only.',
  };
}
