import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Step } from '../plan/plan.ts';
import { newNonce } from '../snapshot/probe.ts';
import { parseReadBack, readBackScript } from '../snapshot/read-back.ts';
import type { ReadBack } from '../snapshot/read-back.ts';
import type { Finished } from '../transports/transport.ts';
import type { Exec } from './exec.ts';
import type { Verdict } from './judge.ts';
import { isLockTimeout, judge } from './judge.ts';
import { pause } from './pause.ts';
import { type Progress, progressReader } from './progress.ts';
import { stepScript } from './step-script.ts';

/** Seconds to wait before each time that a detached step is looked for again after its connection was lost. */
const ATTACH_WAIT_SECONDS = [0, 1, 2, 5, 10, 20];

/** Seconds to wait before each further try of a step that got no lock: PVE's own wait is 10 s or less. */
const LOCK_BACKOFF_SECONDS = [2, 5, 10];

/** Seconds beyond a step's own time that its exec may take, for guards and reading again. */
const EXEC_GRACE_SECONDS = 60;

export interface ExecStepContext {
  readonly run: string;
  readonly exec: Exec;
  readonly signal: AbortSignal;
  readonly digests: Readonly<Record<string, string>>;
  /** Files to read again. */
  readonly files: readonly string[];
  /** Shell text that leaves a line about the step in the node's own log. */
  readonly note?: (step: string) => string;
  /** Told how far the command is, as it says itself. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Executed {
  readonly verdict: Verdict;
  readonly readBack: Result<ReadBack>;
}

/** Has a step run on its host, again where that is safe: when it got no lock, nothing was done (demands 6). */
export async function execStep(step: Step, host: string, context: ExecStepContext): Promise<Executed> {
  let executed = await tryStep(step, host, context, 0);
  for (const [index, seconds] of LOCK_BACKOFF_SECONDS.entries()) {
    if (!isLockTimeout(executed.verdict) || context.signal.aborted) return executed;
    await pause(seconds, context.signal);
    if (context.signal.aborted) return executed;
    executed = await tryStep(step, host, context, index + 1);
  }
  return executed;
}

/** One try; a detached step whose connection is lost is found again by its unit, and never started twice. */
async function tryStep(
  step: Step,
  host: string,
  { run, signal, exec, digests, files, note, onProgress }: ExecStepContext,
  tried: number,
): Promise<Executed> {
  const nonce = newNonce();
  const unit = [run, step.id.replaceAll('/', '-'), ...(tried === 0 ? [] : [tried])].join('-');
  const readBack = readBackScript({ files }, nonce);
  const script = (attach: boolean): string =>
    stepScript(step, { unit, digests, readBack, attach, note: note?.(step.id) ?? '' });
  const options = {
    timeoutSeconds: step.timeoutSeconds + EXEC_GRACE_SECONDS,
    ...(onProgress !== undefined && { onOutput: progressReader(onProgress) }),
  };
  let finished: Result<Finished> = await exec(host, script(false), options);
  if (step.detached && lostConnection(finished)) {
    for (const seconds of ATTACH_WAIT_SECONDS) {
      await pause(seconds, signal);
      finished = await exec(host, script(true), { ...options, connectsAnew: true });
      if (!lostConnection(finished) && !gaveNoAnswer(finished)) break;
    }
  }
  if (!finished.ok) return { verdict: notFinished(finished.diagnostics), readBack: fail() };
  const answer = parseReadBack(finished.value.stdout, nonce);
  return { verdict: judge(step, host, finished.value, answer), readBack: answer };
}

function lostConnection(finished: Result<Finished>): boolean {
  return !finished.ok && finished.diagnostics.some(({ code }) => code === 'transport/connection-lost');
}

/** While it runs its node may be gone for a while. */
function gaveNoAnswer(finished: Result<Finished>): boolean {
  return !finished.ok && finished.diagnostics.some(({ trouble }) => trouble === 'unreachable');
}

function notFinished(diagnostics: readonly Diagnostic[]): Verdict {
  return { done: false, exit: null, stdout: '', stderr: '', diagnostics };
}
