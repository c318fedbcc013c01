import type { Action, ActionResult } from '../actions/action.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { renderValue } from '../template/render.ts';
import { performStep } from './action-step.ts';
import type { Expanded, Turn } from './expand-task.ts';
import { expandTask } from './expand-task.ts';
import type { Written } from './playbook.ts';
import { lockClusters } from './lock-clusters.ts';
import { isMapping } from './reading.ts';
import type { Batch, BatchHost } from './run-state.ts';
import type { HostResult } from './tally.ts';

/** What a task reads on a host takes no longer than this, in seconds. */
const READ_SECONDS = 600;

/** How one turn of an action ended on a host. */
export interface TurnResult extends ActionResult {
  readonly item?: string;
}

/** Runs an action on all its hosts side by side, the turns of a loop one after the other. Gives what each turn came to. */
export async function runActionTask(
  batch: Batch,
  action: Action,
): Promise<ReadonlyMap<string, readonly TurnResult[]>> {
  const hosts = batch.hosts.map((host) => ({ host, expanded: expandTask(batch.task, host.variables) }));
  const changed = hosts.filter(({ expanded }) => expanded.ok && expanded.value.turns.length > 0);
  const clusters = changed.map(({ host }) => host.place.snapshot.cluster);
  const locked = changesNodes(action, batch) ? (await lockClusters(batch.run, clusters)).refused : [];
  if (locked.length > 0)
    return new Map(
      changed.map(({ host }) => [host.place.host, [{ outcome: 'failed', diagnostics: locked }]]),
    );
  const all = await Promise.all(
    hosts.map(async ({ host, expanded }): Promise<readonly [string, readonly TurnResult[]]> => [
      host.place.host,
      await runOn(host, expanded, batch, action),
    ]),
  );
  return new Map(all);
}

function changesNodes(action: Action, { run }: Batch): boolean {
  return action.changes && !run.options.check && !run.options.readOnly;
}

/** What a host's turns come to together: the gravest. */
export function summarize(turns: readonly TurnResult[]): HostResult {
  const diagnostics = turns.flatMap((turn) => turn.diagnostics);
  for (const outcome of ['unreachable', 'failed', 'changed', 'ok'] as const) {
    if (turns.some((turn) => turn.outcome === outcome)) return { outcome, diagnostics };
  }
  return { outcome: 'skipped', diagnostics };
}

async function runOn(
  host: BatchHost,
  expanded: Result<Expanded>,
  batch: Batch,
  action: Action,
): Promise<readonly TurnResult[]> {
  const { run } = batch;
  if (!expanded.ok) return [{ outcome: 'failed', diagnostics: expanded.diagnostics }];
  const { turns, skipped } = expanded.value;
  if (turns.length === 0) return [{ outcome: 'skipped', diagnostics: [] }];
  const results: TurnResult[] = skipped.map((turn) => ({
    outcome: 'skipped',
    diagnostics: [],
    ...(turn.item !== undefined && { item: turn.item }),
  }));
  for (const [index, turn] of turns.entries()) {
    if (run.options.signal.aborted) break;
    const result = await runTurn(turn, index, host, batch, action);
    results.push(turn.item === undefined ? result : { ...result, item: turn.item });
    if (result.outcome === 'unreachable') break;
  }
  return results;
}

async function runTurn(
  turn: Turn,
  index: number,
  { place }: BatchHost,
  { run, task }: Batch,
  action: Action,
): Promise<ActionResult> {
  const { check, readOnly } = run.options;
  const args = renderArgs(action, task.args, turn);
  const parsed = args.ok ? action.parse(args.value, task.args.positions) : args;
  if (!parsed.ok) return { outcome: 'failed', diagnostics: parsed.diagnostics };
  if (action.changes && readOnly && !check)
    return { outcome: 'failed', diagnostics: [readOnlyRefusal(action.name, place.host)] };
  let acts = 0;
  const result = await parsed.value({
    host: place.host,
    variables: turn.variables,
    check,
    diff: run.options.diff,
    directories: [],
    signal: run.options.signal,
    read: (script, options) =>
      run.options.exec(place.host, script, { timeoutSeconds: READ_SECONDS, ...options }),
    perform: (act, options) => {
      acts++;
      const step = `${run.tasks}/${place.node}/${index + 1}${acts === 1 ? '' : `/${acts}`}`;
      return performStep(run, place, step, act, task.at, options);
    },
  });
  return result.diagnostics.some(({ trouble }) => trouble === 'unreachable')
    ? { ...result, outcome: 'unreachable' }
    : result;
}

function renderArgs(action: Action, { value, positions }: Written, turn: Turn): Result<unknown> {
  if (!isMapping(value)) return renderValue(value, positions, turn.variables);
  const isExpression = (key: string): boolean => action.expressions.includes(key);
  const expressions = Object.fromEntries(Object.entries(value).filter(([key]) => isExpression(key)));
  const templates = Object.fromEntries(Object.entries(value).filter(([key]) => !isExpression(key)));
  const rendered = renderValue(templates, positions, turn.variables);
  return rendered.ok && isMapping(rendered.value) ? ok({ ...rendered.value, ...expressions }) : rendered;
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
