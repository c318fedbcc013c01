import type { Action, ActionResult } from '../actions/action.ts';
import { jobDirectory } from '../apply/claim-script.ts';
import { unitOf } from '../apply/unit.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { Variables } from '../template/render.ts';
import { performStep } from './action-step.ts';
import { nodeContext } from './node-context.ts';
import type { Turn } from './expand-task.ts';
import { judge, seeing } from './judge.ts';
import { lockFor } from './lock-clusters.ts';
import type { Looker } from './look.ts';
import { look } from './look.ts';
import type { Task, Written } from './playbook.ts';
import { recordOf } from './register.ts';
import { isExpression, renderArgs } from './render-args.ts';
import type { Batch, BatchHost, Run } from './run-state.ts';
import type { HostPlace } from './task-specs.ts';
import type { TurnSettings } from './turn-settings.ts';
import { taskName } from './task-name.ts';
import { turnSettings } from './turn-settings.ts';
import { waited } from './wait-shown.ts';
import type { Wait } from './waits.ts';
import { NO_ANSWER } from './waits.ts';

/** What a task reads by a script of its own takes no longer than this, in seconds. */
const READ_SECONDS = 600;

/** A task whose turns are known: where it runs, and is not skipped. */
export interface ActingBatch extends Batch {
  readonly acting: readonly HostPlace[];
}

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
  batch: ActingBatch,
  action: Action,
  host: BatchHost,
  turn: Turn,
): Promise<TurnResult> {
  const { run, task } = batch;
  const item = turn.item === undefined ? {} : { item: turn.item };
  const settings = turnSettings(run, task, host.place, turn.variables);
  if (!settings.ok) return finish(failed(settings.diagnostics), item, turn);
  const wait = run.waits.begin(settings.value.place.host, taskName(task, turn.variables));
  const result = await tryAll(batch, action, host, turn, { ...settings.value, wait });
  wait.end();
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

/** And what tells people that the turn goes on. */
type WaitedSettings = TurnSettings & { readonly wait: Wait };

async function tryAll(
  batch: ActingBatch,
  action: Action,
  host: BatchHost,
  turn: Turn,
  settings: WaitedSettings,
): Promise<ActionResult> {
  const { run, task } = batch;
  const { until } = task.settings.words;
  const begun = performance.now();
  for (let attempt = 1; ; attempt++) {
    // What it waits for comes from elsewhere.
    if (attempt > 1) run.known.touch(settings.reader, 'anything');
    const tried = await tryOnce(batch, action, host, turn, settings);
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
    settings.wait.say(`what it waits for did not come in ${attempt} of ${settings.tries} tries`, {
      since: begun,
    });
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

async function tryOnce(
  { run, task, ahead, acting }: ActingBatch,
  action: Action,
  host: BatchHost,
  turn: Turn,
  {
    place,
    exec,
    bare,
    read,
    reader,
    check,
    diff,
    isSecret,
    timeoutSeconds,
    detached: wanted,
    wait,
  }: WaitedSettings,
): Promise<ActionResult> {
  const { readOnly, openVault } = run.options;
  const args = renderArgs(task.args, turn.variables, isExpression(action));
  const parsed = args.ok ? action.parse(args.value, task.args.positions) : args;
  if (!parsed.ok) return failed(parsed.diagnostics);
  if (action.changes && readOnly && !check) return failed([readOnlyRefusal(action.name, host.place.host)]);
  const jobs: string[] = [];
  let since = run.known.moment();
  const looker: Looker = { host: place.host, reader, read, task: action.name, ahead, begun: since };
  const mayChange = async (): Promise<Result<void>> => {
    if (check) return ok(undefined);
    const { cluster } = place.snapshot;
    wait.say(`the lock of ${cluster} is not ours yet`);
    const locked = await lockFor(run, cluster);
    wait.say(NO_ANSWER);
    if (!locked.ok) return locked;
    // What was read before may have been changed by who had the lock.
    since = Math.max(since, locked.value);
    return ok(undefined);
  };
  const result = await parsed.value({
    host: place.host,
    variables: turn.variables,
    check,
    diff,
    signal: run.options.signal,
    directories: task.directories,
    ...nodeContext(run, task, { place, check }),
    beside: acting.flatMap(({ node, snapshot: { cluster } }) =>
      node === place.node || cluster !== place.snapshot.cluster ? [] : [node],
    ),
    ...(openVault !== undefined && { openVault }),
    look: (reads, how) => look(run, looker, reads, how === 'now' ? since : undefined),
    // What it says may have a secret in it.
    waitsFor: (what, bounds) => wait.say(isSecret ? 'hidden by "no_log"' : what, bounds),
    mayChange,
    read: (script, options) => read(place.host, script, { timeoutSeconds: READ_SECONDS, ...options }),
    perform: async (act, { longSeconds, ...options } = {}) => {
      const allowed = await mayChange();
      if (!allowed.ok) return allowed;
      // Where tasks change what nobody can foresee, what is read ahead is read in vain; a command may do so each time.
      const isForeseen = action.foresee?.(args.ok ? args.value : undefined, task.args.positions, diff);
      if (options.touches === undefined && isForeseen && run.sight.get(place.host) !== 0)
        run.sight.set(place.host, 1);
      const id = stepId(run, place.node);
      const detached =
        wanted ?? (longSeconds === undefined ? undefined : { seconds: longSeconds, isWaited: true });
      // What nobody waits for is kept longer than the run.
      const unit = unitOf(detached?.isWaited === false ? `job-${run.options.run}` : run.options.run, id);
      if (detached?.isWaited === false) jobs.push(unit);
      wait.hide();
      const ended = await performStep(run, place, id, act, {
        declaredAt: task.at,
        exec,
        reader,
        isSecret,
        ...options,
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        ...(detached !== undefined && { detached: { ...detached, ...bare, unit } }),
      });
      wait.say(NO_ANSWER);
      return ended;
    },
  });
  // Whoever waits comes to another state of things.
  if (action.foresee === undefined) run.known.touch(reader, 'anything');
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
