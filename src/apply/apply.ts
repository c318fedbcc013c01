import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import { failPercentage } from '../plan/brakes.ts';
import type { Change, Plan, Step } from '../plan/plan.ts';
import { inBatches } from '../plan/serial.ts';
import { showCommand } from '../pve/render-call.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { type Batch, countFailure } from './batch-failures.ts';
import type { Event, Outcome, Recorder, ReportEvent, RunningStep } from './event.ts';
import type { Exec } from './exec.ts';
import { keptFiles } from './kept-files.ts';
import type { HeldLock, Locks } from './locks.ts';
import { createLocks } from './locks.ts';
import { patientExec } from './patient-exec.ts';
import { pause } from './pause.ts';
import { orLeft, whenAborted } from './leaving.ts';
import type { Rereads } from './rereads.ts';
import { createRereads } from './rereads.ts';
import type { RanStep } from './run-step.ts';
import { nodeOf, runStep } from './run-step.ts';
import { unitOf } from './unit.ts';
import { leftBy, tookBack, typedCommand } from './take-back.ts';
import { declared, notRun } from './step-events.ts';
import { shownArgv } from './step-script.ts';

/** Steps at once on one node: each PVE command costs it a core for a second. */
const STEPS_PER_NODE = 4;

export interface ApplyContext {
  readonly survey: Survey;
  /** The values of the secrets that the plans name. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** The run's id, which goes before every step's id on the node. */
  readonly run: string;
  readonly exec: Exec;
  /** The journal: awaited before and after each step. */
  readonly record: Recorder;
  /** Shell text that holds while the run has the lock of a node's cluster; a step does nothing where it does not. */
  readonly mayChange?: string;
  /** Shell text that leaves a line about a step in the node's own log. */
  readonly note?: (step: string) => string;
  /** Reports: not waited for. */
  readonly report: (event: ReportEvent) => void;
  /** Aborted, by the user or because `record` can't: steps that run are finished, no new one is started. */
  readonly signal: AbortSignal;
  /** Aborted: steps that run are left to themselves; they go on on their nodes, and have no end in the journal. */
  readonly leave?: AbortSignal;
  /** Nodes in batches, and when to stop; none: all nodes at once, and all is finished. */
  readonly brakes?: Pick<Brakes, 'serial' | 'pauseSeconds' | 'maxFailPercentage'>;
}

export interface Applied {
  /** As read again after each step. */
  readonly survey: Survey;
  /** By cluster and change: "lab#3". */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly interrupted: boolean;
  /** Commands that were run on nodes. */
  readonly commands: number;
}

/** Everything that the changes of one apply share. */
interface Run extends ApplyContext {
  readonly rereads: Rereads;
  commands: number;
  /** Too many nodes failed: no new step is started. */
  isHalted: boolean;
  batch: Batch;
  /** Steps that have begun and not ended. */
  readonly running: Set<RunningStep>;
  readonly locks: Locks;
  readonly outcomes: Map<string, Outcome>;
  /** One queue a node, by cluster and node. */
  readonly queues: Map<string, LimitFunction>;
}

/**
 * Does what the plans say and decides nothing: changes side by side where their order and locks allow, a change's steps
 * one after the other. A failure stops its own change and those that follow from it; all others are finished.
 */
export async function apply(plans: readonly Plan[], context: ApplyContext): Promise<Applied> {
  const run: Run = {
    ...context,
    exec: patientExec(context.exec, context.signal),
    rereads: createRereads(context.survey),
    commands: 0,
    isHalted: false,
    batch: { nodes: 0, failed: new Set() },
    running: new Set(),
    locks: createLocks(),
    outcomes: new Map(),
    queues: new Map(),
  };
  const forget = [
    whenAborted(context.signal, () => tellRunning('stopping', run)),
    whenAborted(context.leave, () => tellRunning('left', run)),
  ];
  for (const kept of keptFiles(plans, context.survey, 'before')) await run.record(kept);
  const batches = inBatches(plans, context.brakes?.serial);
  for (const [index, { nodes, plans: batch }] of batches.entries()) {
    if (index > 0 && goesOn(run)) await pause(context.brakes?.pauseSeconds ?? 0, context.signal);
    if (batches.length > 1 && goesOn(run))
      await tell(run, { type: 'batch-started', batch: index + 1, of: batches.length, nodes });
    run.batch = { nodes: nodes.length, failed: new Set() };
    await Promise.all(batch.map((plan) => applyPlan(plan, run)));
  }
  for (const each of forget) each();
  const survey = run.rereads.survey();
  if (run.commands > 0) for (const kept of keptFiles(plans, survey, 'after')) await run.record(kept);
  return {
    survey,
    outcomes: run.outcomes,
    interrupted: context.signal.aborted,
    commands: run.commands,
  };
}

async function applyPlan(plan: Plan, run: Run): Promise<void> {
  const finished = new Map<string, Promise<Outcome>>();
  for (const change of plan.changes) {
    // What was in an earlier batch is finished.
    const before = change.after.map(
      (id) => finished.get(id) ?? Promise.resolve(run.outcomes.get(`${plan.cluster}#${id}`) ?? 'ok'),
    );
    finished.set(
      change.id,
      Promise.all(before).then((outcomes) => applyChange(plan.cluster, change, outcomes, run)),
    );
  }
  await Promise.all(finished.values());
}

/** New steps may be started. */
function goesOn(run: Run): boolean {
  return !run.signal.aborted && !run.isHalted;
}

/** Halts the run, once, when more nodes failed than may; why it does. */
function haltOf(node: string, run: Run): Diagnostic | undefined {
  const allowed = run.brakes === undefined ? 100 : failPercentage(run.brakes);
  const halt = countFailure(node, run.batch, allowed);
  if (halt === undefined || run.isHalted) return undefined;
  run.isHalted = true;
  return halt;
}

async function applyChange(
  cluster: string,
  change: Change,
  before: readonly Outcome[],
  run: Run,
): Promise<Outcome> {
  let goOn = !before.some((outcome) => outcome === 'failed' || outcome === 'skipped');
  let digests = change.digests;
  let done = 0;
  let failed = false;
  const diagnostics: Diagnostic[] = [];
  for (const step of change.steps) {
    const ran =
      goOn && goesOn(run)
        ? await inTurn(cluster, change, step, run, () => oneStep(cluster, change, step, digests, run))
        : 'not run';
    if (ran === 'not run' || ran === 'left') {
      goOn = false;
      if (ran === 'not run') await tell(run, notRun(cluster, change, step, unitOf(run.run, step.id)));
      continue;
    }
    digests = ran.digests;
    diagnostics.push(...ran.diagnostics);
    if (ran.done) done++;
    else failed = true;
    goOn = ran.done;
  }
  // What was done before an interruption has changed something.
  const outcome: Outcome = failed ? 'failed' : done > 0 ? 'changed' : 'skipped';
  run.outcomes.set(`${cluster}#${change.id}`, outcome);
  await tell(run, {
    type: 'change-finished',
    cluster,
    change: change.id,
    address: formatAddress(change.address),
    title: change.title,
    outcome,
    diagnostics,
  });
  return outcome;
}

interface OneStep {
  readonly done: boolean;
  readonly digests: Change['digests'];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs when the step's locks are free and its node has room; not at all when the run was interrupted while it waited. */
async function inTurn<T>(
  cluster: string,
  change: Change,
  step: Step,
  run: Run,
  act: () => Promise<T | 'not run'>,
): Promise<T | 'not run'> {
  const { id, node } = step;
  const address = formatAddress(change.address);
  const waits = (locks: readonly HeldLock[]): void =>
    run.report({ type: 'step-waiting', cluster, step: id, address, node, locks });
  const giveBack = await run.locks.take(step.locks, address, waits);
  try {
    const key = `${cluster}/${step.node}`;
    const queue = run.queues.get(key) ?? pLimit(STEPS_PER_NODE);
    run.queues.set(key, queue);
    if (queue.activeCount + queue.pendingCount >= STEPS_PER_NODE) waits([]);
    return await queue<[], T | 'not run'>(async () => (goesOn(run) ? act() : 'not run'));
  } finally {
    giveBack();
  }
}

async function oneStep(
  cluster: string,
  change: Change,
  step: Step,
  digests: Change['digests'],
  run: Run,
): Promise<OneStep | 'not run' | 'left'> {
  const command = showCommand(shownArgv(step.act, digests));
  const unit = unitOf(run.run, step.id);
  const state = nodeOf(run.survey, cluster, step.node);
  const boot = isUnknown(state) ? undefined : state.bootId;
  const about = {
    cluster,
    step: step.id,
    address: formatAddress(change.address),
    node: step.node,
    command,
    unit,
    ...declared(change),
  };
  await tell(run, {
    type: 'step-started',
    at: new Date().toISOString(),
    ...about,
    digests,
    ...(boot !== undefined && { boot }),
  });
  // A step that could not be recorded does not run.
  if (run.signal.aborted) return 'not run';
  const started = performance.now();
  run.commands++;
  const running: RunningStep = { node: step.node, step: step.id, command };
  run.running.add(running);
  const { address, node } = about;
  const work = runStep(cluster, step, digests, {
    ...run,
    unit,
    boot,
    begin: { how: 'first' },
    onProgress: (progress) =>
      run.report({ type: 'step-progress', cluster, step: step.id, address, node, ...progress }),
  });
  const ran = await orLeft(work, run.leave);
  if (ran === 'left') return ran;
  run.running.delete(running);
  run.rereads.note(cluster, ran.reread);
  const diagnostics = [...ran.diagnostics, ...ran.missing];
  const done = ran.done && !diagnostics.some(({ severity }) => severity === 'error');
  // Before anything is waited for: no step may slip in between.
  const halt = done ? undefined : haltOf(`${cluster}/${step.node}`, run);
  await tell(run, {
    type: 'step-finished',
    at: new Date().toISOString(),
    ...about,
    digests: ran.touched,
    outcome: done ? 'done' : 'failed',
    ...(ran.inDoubt && { inDoubt: true }),
    exit: ran.exit,
    seconds: (performance.now() - started) / 1000,
    stdout: ran.stdout,
    stderr: ran.stderr,
    diagnostics,
  });
  if (halt !== undefined) await tell(run, { type: 'diagnostic', diagnostic: halt });
  if (ran.done) return { done, digests: ran.digests, diagnostics };
  const left = await takeBackLeft(cluster, change, step, ran, run);
  return { done, digests: ran.digests, diagnostics: [...diagnostics, ...left] };
}

/** Takes back what a failed step has left, as its module says, by steps of its own; says what came of it. */
async function takeBackLeft(
  cluster: string,
  change: Change,
  step: Step,
  { digests, reread }: Pick<RanStep, 'digests' | 'reread'>,
  run: Run,
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const [was, is] = [run.rereads.snapshot(cluster, reread), run.rereads.snapshot(cluster)];
  for (const draft of leftBy(step, was, is)) {
    const again: Step = { ...draft, id: `${step.id}/take-back` };
    const command = typedCommand(again);
    const ran = await oneStep(cluster, change, again, digests, run);
    if (ran === 'left') return diagnostics;
    if (ran === 'not run') await tell(run, notRun(cluster, change, again, unitOf(run.run, again.id)));
    else diagnostics.push(...ran.diagnostics);
    diagnostics.push(tookBack(change, step, command, ran !== 'not run' && ran.done));
  }
  return diagnostics;
}

async function tell(run: Run, event: Event): Promise<void> {
  await run.record(event);
  run.report(event);
}

/** Tells which steps run, when the run was interrupted. */
function tellRunning(type: 'stopping' | 'left', run: Run): void {
  if (run.running.size > 0) void tell(run, { type, steps: [...run.running] });
}
