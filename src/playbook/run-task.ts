import { findAction } from '../actions/registry.ts';
import type { Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { aheadIn } from './ahead.ts';
import { runActionTask } from './action-task.ts';
import { batchHosts, isOnce } from './batch-hosts.ts';
import { notify } from './notify.ts';
import type { Task } from './playbook.ts';
import { recordOfLoop } from './register.ts';
import { refreshSurvey } from './refresh-survey.ts';
import { runResourceTurns } from './resource-turns.ts';
import type { Batch, BatchHost, Flow } from './run-state.ts';
import type { TurnResult } from './turn-result.ts';
import { isOn, nameOf } from './settings.ts';
import { taskName } from './task-name.ts';

/** Runs one task on those of the hosts that still take part. Gives those that failed. */
export async function runTask(flow: Flow, task: Task, hosts: readonly string[]): Promise<readonly string[]> {
  const { run } = flow.play;
  const action = findAction(task.module);
  if (action === undefined) await refreshSurvey(flow.play, taskName(task, undefined));
  const all = batchHosts(flow, hosts);
  const [first] = all;
  if (first === undefined) return [];
  const once = isOnce(task, all);
  const ahead = aheadIn(flow.play, { ...flow, entries: [task], after: flow.after });
  const batch: Batch = { run, task, hosts: once ? [first] : all, ahead };
  const name = shownName(batch);
  if (run.options.mayRun !== undefined && !(await run.options.mayRun(name))) return [];
  await startTask(batch);
  const results = action === undefined ? await runResourceTurns(batch) : await runActionTask(batch, action);
  const failed = new Set<string>();
  // All at once, so that their records share a write to disk, which takes longer than all else that a host costs here.
  await Promise.all(
    batch.hosts.map(async (host) => {
      const turns = results.get(host.place.host) ?? [];
      if (once) for (const other of all.slice(1)) learn(flow, task, other, turns);
      if (await settle(flow, task, host, turns)) failed.add(host.place.host);
    }),
  );
  const end = isFatal(flow, task, batch.hosts, failed, once);
  // A rescue is for failures: a lost host, where all must go well, ends it for all at once.
  if (end === 'past rescue') for (const { place } of all) run.tally.leave(place.host);
  return end === 'for all' ? all.map(({ place }) => place.host) : [...failed];
}

/** Tells that a task begins. */
export async function startTask(batch: Batch): Promise<void> {
  const { run, task } = batch;
  run.tasks++;
  await run.emit({ type: 'task-started', name: shownName(batch), at: task.at });
  const shadowed = shadowedBy(batch);
  if (shadowed !== undefined) await run.emit({ type: 'diagnostic', diagnostic: shadowed });
}

/** A warning where the loop hides a variable: inside it, the item of a loop around it can't be reached. */
function shadowedBy({ task, hosts }: Batch): Diagnostic | undefined {
  const { loop, name, at } = task;
  const [first] = hosts;
  if (loop === undefined || first === undefined) return undefined;
  if (!Object.hasOwn(first.variables.of(task), loop.itemName)) return undefined;
  return {
    code: 'playbook/loop-variable',
    severity: 'warning',
    trouble: 'invalid',
    message: `Cannot see the variable "${loop.itemName}" inside the loop of "${name}": its items have that name; a name of their own is wanted`,
    at,
    hint: 'Give them one: loop_control: { loop_var: NAME }',
  };
}

/** Takes what a task came to on a host: counts and tells it, keeps what it gave, notifies handlers. True when the host has failed. */
export async function settle(
  flow: Flow,
  task: Task,
  host: BatchHost,
  turns: readonly TurnResult[],
): Promise<boolean> {
  const { run } = flow.play;
  const { place } = host;
  learn(flow, task, host, turns);
  const gravest = outcomeOf(turns);
  if (isIgnored(task, host, gravest)) {
    await tellIgnored(flow, task, place.host, turns);
    return false;
  }
  const unknown = gravest === 'changed' ? notify(flow.play, task, host, turns) : [];
  const outcome = unknown.length > 0 ? 'failed' : gravest;
  const refused = turns.some((turn) => turn.refused === true);
  const diagnostics = [...turns.flatMap((turn) => turn.diagnostics), ...unknown];
  const isRescued = outcome === 'failed' && flow.isRescued;
  if (isRescued) {
    run.tally.countHarmless(place.host, 'rescued');
    run.store.keep(place.host, {
      ansible_failed_task: { name: task.name, action: task.module },
      ansible_failed_result: recordOfTurns(task, turns),
    });
  } else run.tally.count(place.host, { outcome, diagnostics, ...(refused && { refused: true }) });
  if (outcome === 'failed' && !isRescued) flow.play.failed.add(place.host);
  const told = shownTurns(turns).map((turn) => tell(flow, place.host, turn, isRescued));
  if (unknown.length > 0)
    told.push(run.emit({ type: 'task-finished', host: place.host, outcome: 'failed', diagnostics: unknown }));
  await Promise.all(told);
  return outcome === 'failed';
}

function isIgnored(task: Task, { variables }: BatchHost, outcome: Outcome): boolean {
  if (outcome !== 'failed' && outcome !== 'unreachable') return false;
  const word = outcome === 'failed' ? 'ignore_errors' : 'ignore_unreachable';
  const ignored = isOn(task.settings, word, variables.of(task));
  return ignored.ok && ignored.value;
}

async function tell({ play }: Flow, host: string, turn: TurnResult, isRescued = false): Promise<void> {
  const { outcome, item, message, stdout, diffs, diagnostics } = turn;
  await play.run.emit({
    type: 'task-finished',
    host,
    outcome,
    ...(isRescued && outcome === 'failed' && { rescued: true }),
    ...(item !== undefined && { item }),
    ...(message !== undefined && { message }),
    ...(stdout !== undefined && { stdout }),
    ...(diffs !== undefined && { diffs }),
    diagnostics,
  });
}

/** It counts as done, and says what is ignored. */
async function tellIgnored(
  flow: Flow,
  task: Task,
  host: string,
  turns: readonly TurnResult[],
): Promise<void> {
  const isChanged = recordOfTurns(task, turns)['changed'] === true;
  const outcome = isChanged ? 'changed' : 'ok';
  flow.play.run.tally.count(host, { outcome, diagnostics: [] });
  flow.play.run.tally.countHarmless(host, 'ignored');
  await Promise.all(shownTurns(turns).map((turn) => tell(flow, host, ignoring(turn))));
}

function ignoring(turn: TurnResult): TurnResult {
  if (turn.outcome !== 'failed' && turn.outcome !== 'unreachable') return turn;
  return {
    ...turn,
    outcome: turn.record['changed'] === true ? 'changed' : 'ok',
    message: `${turn.outcome}, and ignored`,
    diagnostics: turn.diagnostics.map((each): Diagnostic => ({ ...each, severity: 'warning' })),
  };
}

/** A task that was skipped in all turns is told once. */
function shownTurns(turns: readonly TurnResult[]): readonly TurnResult[] {
  const [first] = turns;
  if (first !== undefined && !turns.every(({ outcome }) => outcome === 'skipped')) return turns;
  const { message } = first ?? {};
  const isLoop = turns.length > 1;
  return [
    {
      outcome: 'skipped',
      diagnostics: [],
      record: {},
      ...(message !== undefined && !isLoop && { message }),
    },
  ];
}

/** The gravest of a host's turns. */
function outcomeOf(turns: readonly TurnResult[]): Outcome {
  for (const outcome of ['unreachable', 'failed', 'left', 'changed', 'ok'] as const)
    if (turns.some((turn) => turn.outcome === outcome)) return outcome;
  return 'skipped';
}

/** Keeps what a task gave to a host for the tasks after it. */
function learn({ play }: Flow, task: Task, host: BatchHost, turns: readonly TurnResult[]): void {
  const { store } = play.run;
  const { place } = host;
  const owner = ownerOfFacts(task, host);
  for (const { facts, included, gathered } of turns) {
    if (facts !== undefined) store.keep(owner, facts);
    if (included !== undefined) store.include(place.host, included);
    if (gathered !== undefined) store.gather(owner, gathered);
  }
  if (task.register !== undefined) store.keep(place.host, { [task.register]: recordOfTurns(task, turns) });
}

/** Whose the facts of a task are: with "delegate_facts", of the host that it is delegated to. */
function ownerOfFacts(task: Task, { place, variables }: BatchHost): string {
  if (task.settings.words.delegate_facts === undefined) return place.host;
  const own = variables.of(task);
  const isDelegated = isOn(task.settings, 'delegate_facts', own);
  const name = nameOf(task.settings, 'delegate_to', own);
  return (isDelegated.ok && isDelegated.value && name.ok ? name.value : undefined) ?? place.host;
}

function recordOfTurns({ loop }: Task, turns: readonly TurnResult[]): Variables {
  const [only] = turns;
  // The condition may have been decided without the list.
  const isLoop = loop !== undefined && (only === undefined || 'ansible_loop_var' in only.record);
  if (isLoop) return recordOfLoop(turns.map(({ record }) => record));
  return only?.record ?? { changed: false, failed: false, skipped: true };
}

/** Whether nobody goes on, for one has failed or was lost where all must go well, or too many have. */
function isFatal(
  { play, isRescued }: Flow,
  task: Task,
  hosts: readonly BatchHost[],
  failed: ReadonlySet<string>,
  once: boolean,
): 'for all' | 'past rescue' | 'no' {
  const { run, nodes } = play;
  const silent = nodes.filter(({ name }) => run.tally.isOut(name));
  if (failed.size === 0 && silent.length === 0) return 'no';
  const fatal = isOn(task.settings, 'any_errors_fatal', hosts[0]?.variables.of(task) ?? {});
  const mustGoWell = fatal.ok && fatal.value;
  const isOneLost = silent.some(({ name }) => !play.lostBefore.has(name));
  if (isRescued && mustGoWell && hosts.some(({ place }) => run.tally.isOut(place.host))) return 'past rescue';
  if (isRescued) return once && failed.size > 0 ? 'for all' : 'no';
  if ((failed.size > 0 || isOneLost) && mustGoWell) return 'for all';
  if (once && failed.size > 0) return 'for all';
  const { maxFailPercentage } = play.play;
  if (maxFailPercentage === undefined) return 'no';
  const all = new Set([...failed, ...play.failed, ...silent.map(({ name }) => name)]);
  return (all.size / nodes.length) * 100 > maxFailPercentage ? 'for all' : 'no';
}

/** The task's name as its first host sees it; as written when that can't be rendered. */
function shownName({ task, hosts }: Pick<Batch, 'task' | 'hosts'>): string {
  const [first] = hosts;
  return taskName(task, first?.variables.of(task));
}
