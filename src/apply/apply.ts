import type { Plan } from '../plan/plan.ts';
import { inBatches } from '../plan/serial.ts';
import type { Survey } from '../snapshot/survey.ts';
import { applyChange } from './apply-change.ts';
import type { Outcome } from './event.ts';
import { keptFiles } from './kept-files.ts';
import { whenAborted } from './leaving.ts';
import { pause } from './pause.ts';
import type { ApplyContext, Run } from './run-state.ts';
import { goesOn, newRun, tell } from './run-state.ts';

export interface Applied {
  /** As read again after each step. */
  readonly survey: Survey;
  /** By cluster and change: "lab#3". */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly interrupted: boolean;
  /** Commands that were run on nodes. */
  readonly commands: number;
}

/**
 * Does what the plans say and decides nothing: changes side by side where their order and locks allow, a change's steps
 * one after the other. A failure stops its own change and those that follow from it; all others are finished.
 */
export async function apply(plans: readonly Plan[], context: ApplyContext): Promise<Applied> {
  const run = newRun(context);
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
  await Promise.all(run.ends);
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

/** Tells which steps run, when the run was interrupted. */
function tellRunning(type: 'stopping' | 'left', run: Run): void {
  if (run.running.size > 0) void tell(run, { type, steps: [...run.running] });
}
