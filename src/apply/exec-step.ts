import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Step } from '../plan/plan.ts';
import { newNonce } from '../snapshot/probe.ts';
import { parseReadBack, readBackScript } from '../snapshot/read-back.ts';
import type { ReadBack } from '../snapshot/read-back.ts';
import type { Finished } from '../transports/transport.ts';
import type { Exec } from './exec.ts';
import type { Verdict } from './judge.ts';
import { isLockTimeout, isNotBegun, judge } from './judge.ts';
import type { Begin } from './claim-script.ts';
import { findAgain, lostConnection } from './find-again.ts';
import { isOutOfReach } from './patient-exec.ts';
import { pause } from './pause.ts';
import { type Progress, progressReader } from './progress.ts';
import { stepInput, stepScript } from './step-script.ts';

/** Seconds to wait before each further try of a step that got no lock: PVE's own wait is 10 s or less. */
const LOCK_BACKOFF_SECONDS = [2, 5, 10];

/** Seconds beyond a step's own time that its exec may take, for guards and reading again. */
const EXEC_GRACE_SECONDS = 60;

export interface ExecStepContext {
  /** The step's name on the node. */
  readonly unit: string;
  readonly begin: Begin;
  /** The node's boot id, if it is known: what was begun before another boot is gone. */
  readonly boot: string | undefined;
  readonly exec: Exec;
  readonly signal: AbortSignal;
  /** Aborted when nobody waits for it any more. */
  readonly leave?: AbortSignal;
  readonly digests: Readonly<Record<string, string>>;
  /** The values of the secrets that the plan names. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Files to read again. */
  readonly files: readonly string[];
  /** Shell text that holds when the run may change the cluster: asked for on the node, the moment before. */
  readonly mayChange?: string;
  /** Shell text that leaves a line about the step in the node's own log. */
  readonly note?: (step: string) => string;
  /** Told how far the command is, as it says itself. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Executed {
  readonly verdict: Verdict;
  readonly readBack: Result<ReadBack>;
  /** Its node was lost in the middle: it may go on there. */
  readonly inDoubt: boolean;
}

/** Has a step run on its host, again where that is safe: when it got no lock, nothing was done (demands 6). */
export async function execStep(step: Step, host: string, context: ExecStepContext): Promise<Executed> {
  let executed = await tryStep(step, host, context);
  if (context.begin.how === 'attach') return executed;
  for (const seconds of LOCK_BACKOFF_SECONDS) {
    if (!isLockTimeout(executed.verdict) || context.signal.aborted) return executed;
    await pause(seconds, context.signal);
    if (context.signal.aborted) return executed;
    executed = await tryStep(step, host, { ...context, begin: { how: 'anew' } });
  }
  return executed;
}

/** One try; a step whose connection is lost is found again by its unit, and never begun twice. */
async function tryStep(
  step: Step,
  host: string,
  { unit, boot, begin, exec, leave, digests, secrets, files, mayChange, note, onProgress }: ExecStepContext,
): Promise<Executed> {
  const nonce = newNonce();
  const readBack = readBackScript({ files }, nonce);
  const input = begin.how === 'attach' ? undefined : stepInput(step.act, secrets);
  const send = (how: Begin, connectsAnew: boolean): Promise<Result<Finished>> =>
    exec(
      host,
      stepScript(step, { unit, begin: how, digests, readBack, mayChange, note: note?.(step.id) ?? '' }),
      {
        timeoutSeconds: step.timeoutSeconds + EXEC_GRACE_SECONDS,
        ...(input !== undefined && { stdin: input }),
        ...(connectsAnew && { connectsAnew }),
        ...(onProgress !== undefined && { onOutput: progressReader(onProgress) }),
      },
    );
  const executed = (finished: Result<Finished>): Executed => {
    if (!finished.ok) return { verdict: notFinished(finished.diagnostics), readBack: fail(), inDoubt: true };
    const answer = parseReadBack(finished.value.stdout, nonce);
    return { verdict: judge(step, host, finished.value, answer), readBack: answer, inDoubt: false };
  };
  const sent = await send(begin, begin.how === 'attach');
  if (!lostConnection(sent)) {
    const was = executed(sent);
    // Nothing was sent; but who only looks for it does not know more than before.
    return begin.how !== 'attach' && isOutOfReach(sent) ? { ...was, inDoubt: false } : was;
  }
  const found = await findAgain(sent, {
    attach: () => send({ how: 'attach', boot }, true),
    begin: begin.how === 'attach' ? undefined : () => send({ how: 'first' }, true),
    isNotBegun: (answer) => isNotBegun(executed(answer).verdict),
    leave,
  });
  return executed(found);
}

function notFinished(diagnostics: readonly Diagnostic[]): Verdict {
  return { done: false, exit: null, stdout: '', stderr: '', diagnostics };
}
