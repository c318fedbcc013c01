import type { Diagnostic } from '../diagnostic.ts';
import type { OpenStep } from '../journal/run-state.ts';
import type { Step } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Reread } from '../snapshot/read-back.ts';
import type { Survey } from '../snapshot/survey.ts';
import { KEPT_DAYS } from './claim-script.ts';
import type { Event } from './event.ts';
import type { ExecStepContext } from './exec-step.ts';
import { isGone, isLockTimeout } from './judge.ts';
import { nodeOf, runStep } from './run-step.ts';
import type { RanStep } from './run-step.ts';
import { stepOf } from './step-events.ts';

/** What a step that was begun came to. */
export interface Settled {
  /** For the journal; undefined when it could not be found out. */
  readonly event: Extract<Event, { type: 'step-finished' }> | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly cluster: string;
  /** What the step touched as it was read again; none: it could not be. */
  readonly reread?: Reread;
}

/**
 * Finds out how a step ended that was begun and has no end in the journal: waits for it while it runs, and begins nothing.
 * One that nothing has begun, or that is gone without a trace of what it was for, counts as not run.
 */
export async function settle(
  { started, step = nothingKnown(started) }: OpenStep,
  context: Pick<ExecStepContext, 'exec' | 'signal'> & { readonly survey: Survey; readonly now: Date },
): Promise<Settled> {
  const state = nodeOf(context.survey, started.cluster, started.node);
  const { unit, digests = {} } = started;
  if (unit === undefined || isUnknown(state)) {
    const why = isUnknown(state) ? state.unknown : 'it has no name on its node';
    return { event: undefined, diagnostics: [notSettled(started, why)], cluster: started.cluster };
  }
  const ran = await runStep(started.cluster, step, digests, {
    ...context,
    unit,
    boot: isKept(started.at, context.now) ? started.boot : undefined,
    begin: { how: 'attach', boot: isKept(started.at, context.now) ? started.boot : undefined },
  });
  if (ran.inDoubt)
    return {
      event: undefined,
      diagnostics: [...ran.diagnostics, notSettled(started, 'it could not be looked for')],
      cluster: started.cluster,
    };
  const outcome = outcomeOf(ran);
  return {
    event: {
      type: 'step-finished',
      at: context.now.toISOString(),
      ...stepOf(started),
      digests: ran.touched,
      outcome,
      exit: ran.exit,
      seconds: Math.max(0, (context.now.getTime() - Date.parse(started.at)) / 1000),
      stdout: ran.stdout,
      stderr: outcome === 'not-run' ? '' : ran.stderr,
      diagnostics: outcome === 'not-run' ? [] : [...ran.diagnostics, ...ran.missing],
    },
    diagnostics: [],
    cluster: started.cluster,
    ...(ran.reread !== undefined && { reread: ran.reread }),
  };
}

function outcomeOf(ran: RanStep): 'done' | 'failed' | 'not-run' {
  if (ran.done && !ran.missing.some(({ severity }) => severity === 'error')) return 'done';
  return isGone(ran) || isLockTimeout(ran) ? 'not-run' : 'failed';
}

/** Later the node may have cleaned up: that nothing is there does not say any more that nothing was begun. */
function isKept(at: string, now: Date): boolean {
  return now.getTime() - Date.parse(at) < (KEPT_DAYS - 2) * 86_400_000;
}

function notSettled({ step, command, node }: OpenStep['started'], why: string): Diagnostic {
  return {
    code: 'resume/not-settled',
    severity: 'error',
    trouble: 'unreachable',
    message: `Cannot find out how step ${step} ended on ${node} (${command}): ${why}; that is wanted before anything else is begun`,
    hint: 'Nothing was begun. Run it again when the node answers.',
  };
}

/** For a step that is in no plan: what it was for is not known, so its exit code has to do. */
function nothingKnown({ step, node, command }: OpenStep['started']): Step {
  return {
    id: step,
    node,
    act: { run: 'exec', argv: [command] },
    guards: [],
    locks: [],
    effects: [],
    undo: { impossible: 'it is only looked for' },
    detached: false,
    timeoutSeconds: 600,
  };
}
