import { setTimeout } from 'node:timers/promises';
import type { Action, ActionResult } from '../actions/action.ts';
import { jobDirectory } from '../apply/claim-script.ts';
import { unitOf } from '../apply/unit.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import { performStep } from './action-step.ts';
import type { Turn } from './expand-task.ts';
import { judge, seeing } from './judge.ts';
import { withoutOmitted } from './omit.ts';
import type { Task, Written } from './playbook.ts';
import { isMapping } from './reading.ts';
import { recordOf } from './register.ts';
import type { Batch, BatchHost, Run } from './run-state.ts';
import type { TurnSettings } from './turn-settings.ts';
import { turnSettings } from './turn-settings.ts';

/** What a task reads on a host takes no longer than this, in seconds. */
const READ_SECONDS = 600;

/** How one turn of a task ended on a host. */
export interface TurnResult extends ActionResult {
  readonly item?: string;
  /** The plan refused it, before any command. */
  readonly refused?: true;
  /** What `register` keeps of it. */
  readonly record: Variables;
}

/** One turn of an action on a host: tried until `until` holds, and judged by changed_when and failed_when. */
export async function runTurn(
  { run, task }: Batch,
  action: Action,
  host: BatchHost,
  turn: Turn,
): Promise<TurnResult> {
  const item = turn.item === undefined ? {} : { item: turn.item };
  const settings = turnSettings(run, task, host.place, turn.variables);
  if (!settings.ok) return finish(failed(settings.diagnostics), item, turn);
  const result = await tryAll(run, task, action, host, turn, settings.value);
  const ended = finish(result, item, turn);
  return settings.value.isSecret ? hidden(ended, task) : ended;
}

function finish(result: ActionResult, item: { readonly item?: string }, { own }: Turn): TurnResult {
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

const failed = (diagnostics: readonly Diagnostic[]): ActionResult => ({ outcome: 'failed', diagnostics });

async function tryAll(
  run: Run,
  task: Task,
  action: Action,
  host: BatchHost,
  turn: Turn,
  settings: TurnSettings,
): Promise<ActionResult> {
  const { until } = task.settings.words;
  for (let attempt = 1; ; attempt++) {
    const tried = await tryOnce(run, task, action, host, turn, settings);
    const result = judge(task, turn.variables, withAttempts(tried, until, attempt));
    if (settings.tries === 1 || result.outcome === 'skipped' || result.outcome === 'unreachable')
      return result;
    const done =
      until === undefined
        ? ok(result.outcome !== 'failed')
        : holds(until.value, until.positions, seeing(task, turn.variables, recordOf(result)));
    if (!done.ok) return failed(done.diagnostics);
    if (done.value) return result;
    if (attempt >= settings.tries) return exhausted(task, result, settings.tries);
    if (!(await waited(settings.delaySeconds, run.options.signal))) return result;
  }
}

const withAttempts = (result: ActionResult, until: Written | undefined, attempt: number): ActionResult =>
  until === undefined ? result : { ...result, result: { ...result.result, attempts: attempt } };

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

/** False when the run was interrupted meanwhile. */
export async function waited(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

async function tryOnce(
  run: Run,
  task: Task,
  action: Action,
  host: BatchHost,
  turn: Turn,
  { place, exec, check, diff, isSecret, timeoutSeconds, detached }: TurnSettings,
): Promise<ActionResult> {
  const { readOnly, openVault } = run.options;
  const args = renderArgs(action, task.args, turn);
  const parsed = args.ok ? action.parse(args.value, task.args.positions) : args;
  if (!parsed.ok) return failed(parsed.diagnostics);
  if (action.changes && readOnly && !check) return failed([readOnlyRefusal(action.name, host.place.host)]);
  const jobs: string[] = [];
  const result = await parsed.value({
    host: place.host,
    variables: turn.variables,
    check,
    diff,
    signal: run.options.signal,
    directories: task.directories,
    ...(openVault !== undefined && { openVault }),
    read: (script, options) => exec(place.host, script, { timeoutSeconds: READ_SECONDS, ...options }),
    perform: (act, options) => {
      const id = stepId(run, place.node);
      // What nobody waits for is kept longer than the run.
      const unit = unitOf(detached?.isWaited === false ? `job-${run.options.run}` : run.options.run, id);
      if (detached?.isWaited === false) jobs.push(unit);
      return performStep(run, place, id, act, {
        declaredAt: task.at,
        exec,
        isSecret,
        ...options,
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        ...(detached !== undefined && { detached: { ...detached, unit } }),
      });
    },
  });
  const [job] = jobs;
  if (job !== undefined && result.outcome === 'changed') return jobBegun(job);
  return result.diagnostics.some(({ trouble }) => trouble === 'unreachable')
    ? { ...result, outcome: 'unreachable' }
    : result;
}

/** By Ansible's names; async_status tells how it goes on. */
function jobBegun(unit: string): ActionResult {
  const result = { ansible_job_id: unit, started: 1, finished: 0, results_file: jobDirectory(unit) };
  return { outcome: 'changed', message: `begun as job ${unit}`, result, diagnostics: [] };
}

/** "3/pve1/2": the second step of the third task on that node. */
function stepId({ tasks, steps }: Run, node: string): string {
  const key = `${tasks}/${node}`;
  const next = (steps.get(key) ?? 0) + 1;
  steps.set(key, next);
  return `${key}/${next}`;
}

/** Nothing of what a secret task was given or has said is shown or recorded; `register` has it. */
function hidden({ outcome, diagnostics, record, facts, included }: TurnResult, { name }: Task): TurnResult {
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
  };
}

function renderArgs(action: Action, { value, positions }: Written, turn: Turn): Result<unknown> {
  if (!isMapping(value)) return renderValue(value, positions, turn.variables);
  const isExpression = (key: string): boolean => action.expressions.includes(key);
  const expressions = Object.fromEntries(Object.entries(value).filter(([key]) => isExpression(key)));
  const templates = Object.fromEntries(Object.entries(value).filter(([key]) => !isExpression(key)));
  const rendered = renderValue(templates, positions, turn.variables);
  const plain = rendered.ok ? withoutOmitted(rendered.value) : undefined;
  return isMapping(plain) ? ok({ ...plain, ...expressions }) : rendered;
}

function readOnlyRefusal(name: string, host: string): Diagnostic {
  return {
    code: 'run/refused',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot run "${name}": this run is read-only`,
    host,
    hint: 'Leave out --read-only.',
  };
}
