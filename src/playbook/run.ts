import { findAction } from '../actions/registry.ts';
import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { renderValue } from '../template/render.ts';
import { runActionTask, summarize } from './action-task.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import { runResourceTask } from './resource-task.ts';
import type { Batch, BatchHost, Run, RunOptions } from './run-state.ts';
import { isChosen } from './tags.ts';
import { createTally } from './tally.ts';
import type { HostPlace } from './task-specs.ts';
import type { HostVariables } from './variables.ts';
import { createVariables } from './variables.ts';

/**
 * Runs a playbook: play by play, task by task, each task planned when it is reached. A host that fails or gave no
 * answer is out of the rest. Everything that happens is an event. Gives the exit code: 0, 3 to 6 (tally.ts), 130, or 1.
 */
export async function runPlaybook(playbook: Playbook, options: RunOptions): Promise<number> {
  const started = performance.now();
  const run = startRun(options);
  await run.emit({
    type: 'run-started',
    run: options.run,
    at: new Date().toISOString(),
    argv: options.argv,
    user: options.user,
  });
  await run.emit({
    type: 'surveyed',
    clusters: clustersOf(options.survey),
    unreachable: options.survey.unreachable,
    seconds: options.surveySeconds,
  });
  const variablesOf = createVariables({
    inventory: options.inventory,
    extra: options.extraVars,
    check: options.check,
  });
  for (const play of playbook.plays) {
    if (options.signal.aborted) run.notBegun.push(...chosenTasks(run, play));
    else await runPlay(run, play, variablesOf);
  }
  const interrupted = options.signal.aborted;
  const lost = options.locks.lost();
  for (const diagnostic of [...(lost === undefined ? [] : [lost]), ...(await options.locks.giveBack())])
    await run.emit({ type: 'diagnostic', diagnostic });
  if (run.notBegun.length > 0) await run.emit({ type: 'diagnostic', diagnostic: notBegun(run.notBegun) });
  const trouble = options.recordTrouble();
  if (trouble !== undefined) await run.emit({ type: 'diagnostic', diagnostic: trouble });
  const exit = exitOf(run, trouble, lost);
  await run.emit({
    type: 'recap',
    hosts: run.tally.recap(),
    commands: run.commands,
    seconds: (performance.now() - started) / 1000,
    interrupted,
    needsRestart: [...run.waiting.values()],
  });
  await run.emit({ type: 'run-finished', at: new Date().toISOString(), exit });
  return exit;
}

function exitOf(
  { options, tally }: Run,
  trouble: Diagnostic | undefined,
  lostLock: Diagnostic | undefined,
): number {
  if (trouble !== undefined) return 1;
  if (lostLock !== undefined) return tally.exit() || 5;
  return options.signal.aborted ? 130 : tally.exit();
}

function startRun(options: RunOptions): Run {
  return {
    options,
    tally: createTally(),
    survey: options.survey,
    isStale: false,
    commands: 0,
    planned: [],
    waiting: new Map(),
    given: new Map(),
    tasks: 0,
    notBegun: [],
    emit: async (event) => {
      await options.record(event);
      options.report(event);
    },
  };
}

async function runPlay(
  run: Run,
  play: Play,
  variablesOf: (play: Play, node: Node) => HostVariables,
): Promise<void> {
  const nodes = run.options.hosts.get(play) ?? [];
  await run.emit({
    type: 'play-started',
    name: play.name,
    hosts: nodes.map(({ name }) => name),
    at: play.at,
  });
  const variables = new Map(nodes.map((node) => [node.name, variablesOf(play, node)]));
  for (const node of nodes) meet(run, node);
  const tasks = chosenTasks(run, play);
  for (const [index, task] of tasks.entries()) {
    if (run.options.signal.aborted) {
      run.notBegun.push(...tasks.slice(index));
      return;
    }
    if (run.isStale && findAction(task.module) === undefined && !run.options.check) {
      run.survey = await run.options.resurvey();
      run.isStale = false;
      for (const node of nodes) meet(run, node);
    }
    const hosts = batchHosts(run, nodes, variables);
    if (hosts.length === 0) return;
    await runTask({ run, task, hosts });
  }
}

function chosenTasks({ options }: Run, play: Play): readonly Task[] {
  return play.tasks.filter((task) => isChosen([...play.tags, ...task.tags], options.tags));
}

function notBegun(tasks: readonly Task[]): Diagnostic {
  const names = tasks.map(({ name }) => `"${name}"`).join(', ');
  const message = `Cannot go on: the run was interrupted; not begun: ${names}`;
  return {
    code: 'run/interrupted',
    severity: 'warning',
    trouble: 'failed',
    message,
    hint: 'Run it again: what is done already is left alone.',
  };
}

/** Takes a host into the recap; one that gave no answer is out from the start. */
function meet(run: Run, { name }: Node): void {
  run.tally.add(name);
  if (run.tally.isOut(name) || findPlace(run.survey, name) !== undefined) return;
  run.tally.count(name, {
    outcome: 'unreachable',
    diagnostics: run.survey.unreachable.filter(({ host }) => host === name),
  });
}

/** The hosts that still take part. */
function batchHosts(
  run: Run,
  nodes: readonly Node[],
  variables: ReadonlyMap<string, HostVariables>,
): readonly BatchHost[] {
  return nodes.flatMap(({ name }) => {
    const place = run.tally.isOut(name) ? undefined : findPlace(run.survey, name);
    const own = variables.get(name);
    if (place === undefined || own === undefined) return [];
    const others = nodes.filter((node) => node.name !== name).map((node) => findPlace(run.survey, node.name));
    const alone = others.every((other) => other !== undefined && other.snapshot !== place.snapshot);
    return [{ place: { ...place, alone }, variables: own }];
  });
}

function findPlace({ clusters }: Survey, host: string): Omit<HostPlace, 'alone'> | undefined {
  for (const snapshot of clusters) {
    const found = Object.entries(snapshot.nodes).find(
      ([, state]) => !isUnknown(state) && state.host === host,
    );
    if (found !== undefined) return { host, snapshot, node: found[0] };
  }
  return undefined;
}

async function runTask(batch: Batch): Promise<void> {
  const { run, task, hosts } = batch;
  run.tasks++;
  await run.emit({ type: 'task-started', name: shownName(batch), at: task.at });
  const action = findAction(task.module);
  if (action === undefined) {
    const results = await runResourceTask(batch);
    for (const { place } of hosts) {
      const { outcome, diagnostics, ...others } = results.get(place.host) ?? {
        outcome: 'skipped',
        diagnostics: [],
      };
      run.tally.count(place.host, { outcome, diagnostics, ...others });
      await run.emit({ type: 'task-finished', host: place.host, outcome, diagnostics });
    }
    return;
  }
  const results = await runActionTask(batch, action);
  for (const { place } of hosts) {
    const turns = results.get(place.host) ?? [];
    run.tally.count(place.host, summarize(turns));
    for (const { result: _, ...turn } of turns)
      await run.emit({ type: 'task-finished', host: place.host, ...turn });
  }
}

/** The task's name as its first host sees it; as written when that can't be rendered. */
function shownName({ task, hosts }: Batch): string {
  const [first] = hosts;
  const rendered = first === undefined ? undefined : renderValue(task.name, {}, first.variables.of(task));
  return rendered?.ok === true && typeof rendered.value === 'string' ? rendered.value : task.name;
}

function clustersOf({ clusters }: Survey): Extract<Event, { type: 'surveyed' }>['clusters'] {
  return clusters.map(({ cluster, nodes }) => ({ name: cluster, nodes: Object.keys(nodes) }));
}
