import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { createController } from '../files/controller.ts';
import type { Survey } from '../snapshot/survey.ts';
import { factsOf } from './facts.ts';
import { aheadOf } from './ahead.ts';
import { createHostStore } from './host-store.ts';
import { goOnWith } from './go-on.ts';
import { createKnowledge } from './knowledge.ts';
import type { Play, Playbook, Task } from './playbook.ts';
import { tasksIn } from './playbook.ts';
import { runPlay } from './run-play.ts';
import type { Run, RunOptions } from './run-state.ts';
import { isChosen } from './tags.ts';
import { createTally } from './tally.ts';
import { createVariables } from './variables.ts';
import { createWaits } from './waits.ts';

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
    prompted: options.prompted,
    check: options.check,
    diff: options.diff,
    tags: options.tags,
    ...(options.limit !== undefined && { limit: options.limit }),
    store: run.store,
    facts: (host) => factsOf(run.survey, host),
    directory: options.directory,
    controllerFor: (directories) => createController({ directories, home: options.directory }),
  });
  for (const [index, play] of playbook.plays.entries()) {
    if (run.isBroken) break;
    const after = aheadOf(playbook.plays.slice(index + 1), options.hosts, variablesOf);
    if (options.signal.aborted) run.notBegun.push(...chosenTasks(run, play));
    else await runPlay(run, play, variablesOf, after);
  }
  const interrupted = options.signal.aborted;
  const lost = options.locks.lost();
  for (const diagnostic of [...(lost === undefined ? [] : [lost]), ...(await options.locks.giveBack())])
    await run.emit({ type: 'diagnostic', diagnostic });
  if (run.notBegun.length > 0) await run.emit({ type: 'diagnostic', diagnostic: notBegun(run) });
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
    known: options.known ?? createKnowledge(),
    sight: new Map(),
    locking: new Map(),
    commands: 0,
    planned: [],
    waiting: new Map(),
    given: new Map(),
    tasks: 0,
    steps: new Map(),
    store: createHostStore(),
    startAt: options.startAtTask,
    isBroken: false,
    notBegun: [],
    waits: createWaits((waits) => options.report({ type: 'task-waiting', waits })),
    emit: async (event) => {
      await options.record(event);
      options.report(event);
    },
  };
}

function chosenTasks({ options }: Run, { preTasks, tasks, postTasks }: Play): readonly Task[] {
  return tasksIn([...preTasks, ...tasks, ...postTasks]).filter(({ settings }) =>
    isChosen(settings.tags, options.tags),
  );
}

function notBegun({ notBegun: tasks, options }: Run): Diagnostic {
  const names = tasks.map(({ name }) => `"${name}"`).join(', ');
  const message = `Cannot go on: the run was interrupted; not begun: ${names}`;
  return {
    code: 'run/interrupted',
    severity: 'warning',
    trouble: 'failed',
    message,
    hint: `What is done already is left alone. Go on with: ${goOnWith(options.argv)}`,
  };
}

function clustersOf({ clusters }: Survey): Extract<Event, { type: 'surveyed' }>['clusters'] {
  return clusters.map(({ cluster, nodes }) => ({ name: cluster, nodes: Object.keys(nodes) }));
}
