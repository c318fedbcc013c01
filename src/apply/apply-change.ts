import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Change } from '../plan/plan.ts';
import type { Outcome } from './event.ts';
import { inTurn } from './in-turn.ts';
import { oneStep } from './one-step.ts';
import type { Run } from './run-state.ts';
import { goesOn, tellEnd } from './run-state.ts';
import { notRun } from './step-events.ts';
import { unitOf } from './unit.ts';

/** What was begun and neither failed nor finished was interrupted, or its run was halted. */
function outcomeOf(ended: {
  readonly failed: boolean;
  readonly begun: boolean;
  readonly whole: boolean;
  readonly waits: boolean;
}): Outcome {
  if (ended.failed) return 'failed';
  if (!ended.begun) return 'skipped';
  if (!ended.whole) return 'left';
  return ended.waits ? 'ok' : 'changed';
}

/** Runs a change's steps one after the other; not at all when what it must follow was not done. */
export async function applyChange(
  cluster: string,
  change: Change,
  before: readonly Outcome[],
  run: Run,
): Promise<Outcome> {
  let goOn = before.every((outcome) => outcome === 'ok' || outcome === 'changed');
  let digests = before.length === 0 ? change.digests : asLeft(cluster, change.digests, run.left);
  let done = 0;
  let failed = false;
  let left = false;
  const diagnostics: Diagnostic[] = [];
  for (const step of change.steps) {
    const ran =
      goOn && goesOn(run)
        ? await inTurn(cluster, change, step, run, () => oneStep(cluster, change, step, digests, run))
        : 'not run';
    if (ran === 'not run' || ran === 'left') {
      goOn = false;
      left ||= ran === 'left';
      if (ran === 'not run') tellEnd(run, notRun(cluster, change, step, unitOf(run.run, step.id)));
      continue;
    }
    digests = ran.digests;
    for (const [path, digest] of Object.entries(digests)) run.left.set(`${cluster} ${path}`, digest);
    diagnostics.push(...ran.diagnostics);
    if (ran.done) done++;
    else failed = true;
    goOn = ran.done;
  }
  const outcome = outcomeOf({
    failed,
    begun: left || done > 0,
    whole: done === change.steps.length,
    waits: change.waits === true,
  });
  run.outcomes.set(`${cluster}#${change.id}`, outcome);
  tellEnd(run, {
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

/** The files of a change that changes before it have touched are as those left them. */
function asLeft(cluster: string, digests: Change['digests'], left: Run['left']): Change['digests'] {
  const now = Object.entries(digests).map(([path, digest]) => [
    path,
    left.get(`${cluster} ${path}`) ?? digest,
  ]);
  return Object.fromEntries(now);
}
