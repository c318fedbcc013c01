import type { Diagnostic } from '../diagnostic.ts';
import { failPercentage } from '../plan/brakes.ts';
import type { Change, Step } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { countFailure } from './batch-failures.ts';
import type { RunningStep } from './event.ts';
import { orLeft } from './leaving.ts';
import type { Run } from './run-state.ts';
import { tell, tellEnd } from './run-state.ts';
import type { RanStep } from './run-step.ts';
import { nodeOf, runStep } from './run-step.ts';
import { notRun, stepOf, stepStarted } from './step-events.ts';
import { leftBy, tookBack, typedCommand } from './take-back.ts';
import { unitOf } from './unit.ts';

interface OneStep {
  readonly done: boolean;
  readonly digests: Change['digests'];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs a step whose turn it is, and tells its begin and its end; "left" when nobody waits for the end any more. */
export async function oneStep(
  cluster: string,
  change: Change,
  step: Step,
  digests: Change['digests'],
  run: Run,
): Promise<OneStep | 'not run' | 'left'> {
  const state = nodeOf(run.survey, cluster, step.node);
  const boot = isUnknown(state) ? undefined : state.bootId;
  const begin = stepStarted(cluster, change, step, { run: run.run, boot, digests });
  await tell(run, begin);
  // A step that could not be recorded does not run.
  if (run.signal.aborted) return 'not run';
  const started = performance.now();
  run.commands++;
  const { address, node, command, unit } = begin;
  const running: RunningStep = { node, step: step.id, command };
  run.running.add(running);
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
  tellEnd(run, {
    type: 'step-finished',
    at: new Date().toISOString(),
    ...stepOf(begin),
    digests: ran.touched,
    outcome: done ? 'done' : 'failed',
    ...(ran.inDoubt && { inDoubt: true }),
    exit: ran.exit,
    seconds: (performance.now() - started) / 1000,
    stdout: ran.stdout,
    stderr: ran.stderr,
    diagnostics,
  });
  if (halt !== undefined) tellEnd(run, { type: 'diagnostic', diagnostic: halt });
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
    if (ran === 'not run') tellEnd(run, notRun(cluster, change, again, unitOf(run.run, again.id)));
    else diagnostics.push(...ran.diagnostics);
    diagnostics.push(tookBack(change, step, command, ran !== 'not run' && ran.done));
  }
  return diagnostics;
}

/** Halts the run, once, when more nodes failed than may; why it does. */
function haltOf(node: string, run: Run): Diagnostic | undefined {
  const allowed = run.brakes === undefined ? 100 : failPercentage(run.brakes);
  const halt = countFailure(node, run.batch, allowed);
  if (halt === undefined || run.isHalted) return undefined;
  run.isHalted = true;
  return halt;
}
