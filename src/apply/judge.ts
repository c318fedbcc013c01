import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import type { Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import type { ReadBack } from '../snapshot/read-back.ts';
import type { Finished } from '../transports/transport.ts';
import { LOST_MARK, NOT_BEGUN_MARK } from './claim-script.ts';
import { actArgv, GUARD_EXIT, GUARD_MARK } from './step-script.ts';
import { taskCause } from './task-cause.ts';
import { TASK_MARK } from './task-end-script.ts';

export interface Verdict {
  readonly done: boolean;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a finished exec says of its step. Only zero or not counts of PVE's exit codes (left-over errno values), and zero
 * is no proof: the effects are looked for in what was read again.
 */
export function judge(step: Step, host: string, finished: Finished, readBack: Result<ReadBack>): Verdict {
  const stdout = (readBack.ok ? readBack.value.output : finished.stdout).toString('utf8');
  const stderr = finished.stderr.toString('utf8');
  const { exit } = finished;
  const verdict = { exit, stdout, stderr };
  const guard = exit === GUARD_EXIT ? guardOf(stderr) : undefined;
  if (guard !== undefined) {
    return { done: false, exit: null, stdout: '', stderr: '', diagnostics: [guardFailed(step, host, guard)] };
  }
  if (exit !== 0) return { ...verdict, done: false, diagnostics: [failure(step, host, verdict)] };
  if (step.says !== undefined && !stdout.includes(step.says))
    return { ...verdict, done: false, diagnostics: [notSaid(step, host, verdict)] };
  if (!readBack.ok)
    return { ...verdict, done: false, diagnostics: readBack.diagnostics.map((each) => ({ ...each, host })) };
  return { ...verdict, done: true, diagnostics: warnings(stderr, host) };
}

/** Exit 0 is no proof: what it has done it says. */
function notSaid(
  step: Step,
  host: string,
  { stdout, stderr }: Pick<Verdict, 'stdout' | 'stderr'>,
): Diagnostic {
  const last = lastLine(stderr) ?? lastLine(stdout) ?? 'nothing';
  return failed(
    step,
    host,
    'apply/not-said',
    `it ended without a word of "${step.says ?? ''}"; the last was: ${last}`,
    'Look at its task log on the node.',
  );
}

const LOST = 'apply/lost';
const NOT_BEGUN = 'apply/not-begun';

/** A step that was looked for and not found: it was begun and killed, or the node was restarted, or it was never begun. */
export function isGone({ diagnostics }: Pick<Verdict, 'diagnostics'>): boolean {
  return diagnostics.some(({ code }) => code === LOST || code === NOT_BEGUN);
}

export function isNotBegun({ diagnostics }: Pick<Verdict, 'diagnostics'>): boolean {
  return diagnostics.some(({ code }) => code === NOT_BEGUN);
}

/** PVE says so when the digest is not that of the file any more (recordings vm-03, ct-02). */
const STALE = /checksum mismatch|detected modified configuration/u;

/** PVE waits for its locks for 10 s or less, then gives up (PVE::Tools lock_file, PVE::Cluster cfs_lock). */
const LOCKED =
  /can't lock file|trying to acquire lock|got lock request timeout|cfs-lock '.*' error|is locked \(/u;

/** Whether a step failed for a lock that is given back by itself: worth trying again. */
export function isLockTimeout({ done, stderr }: Verdict): boolean {
  return !done && /can't lock file|got lock request timeout|cfs-lock '.*' error: got/u.test(stderr);
}

function failure(
  step: Step,
  host: string,
  { exit, stdout, stderr }: Pick<Verdict, 'exit' | 'stdout' | 'stderr'>,
): Diagnostic {
  const last = lastLine(stderr) ?? lastLine(stdout) ?? 'it said nothing';
  const cause = taskCause(stdout);
  const why = cause === undefined || last.includes(cause) ? last : `${last}: ${cause}`;
  if (stderr.includes(LOST_MARK)) {
    return failed(
      step,
      host,
      LOST,
      'it is gone and left no exit code; it was killed, or the node was restarted',
      'Look at the guest on the node, then plan again.',
    );
  }
  if (stderr.includes(NOT_BEGUN_MARK))
    return failed(step, host, NOT_BEGUN, 'nothing has begun it', 'It may be run again.');
  const seconds = exit === TIMED_OUT ? waitedSeconds(step) : undefined;
  if (seconds !== undefined) return notInTime(step, host, seconds);
  if (STALE.test(stderr)) {
    return {
      ...failed(
        step,
        host,
        'apply/stale',
        'the guest was changed since the plan was made',
        'Plan again: nothing was done.',
      ),
      trouble: 'stale',
    };
  }
  if (LOCKED.test(stderr)) {
    return {
      ...failed(step, host, 'apply/locked', why, 'Something else works on it; run again when it is done.'),
      trouble: 'stale',
    };
  }
  return failed(
    step,
    host,
    'apply/command-failed',
    why.startsWith(TASK_MARK) ? why : `it ended with ${exit ?? 'no code'}: ${why}`,
    'Mend what it says and run again; what is done already is left alone.',
  );
}

/** Debian's `timeout` ends with this when its time is up. */
const TIMED_OUT = 124;

/** The seconds of a step that only waits. */
function waitedSeconds({ act }: Step): string | undefined {
  if (act.run !== 'exec' || act.argv[0] !== 'timeout') return undefined;
  return typeof act.argv[1] === 'string' ? act.argv[1] : undefined;
}

/** The step only waits; for which guest stands in what it was to bring. */
function notInTime(step: Step, host: string, seconds: string): Diagnostic {
  const [effect] = step.effects;
  const thing = effect === undefined ? '' : ` for ${formatAddress(effect.address)}`;
  return {
    code: 'apply/not-in-time',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot wait${thing} any longer: what was waited for has not come within ${seconds} s`,
    host,
    hint: 'What was done before it stays. Look at it on the node, or allow it more time.',
  };
}

/** PVE's warnings are shown also when the command succeeded. */
function warnings(stderr: string, host: string): readonly Diagnostic[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      code: 'apply/said',
      severity: 'warning',
      trouble: 'failed',
      message: line.trim(),
      host,
    }));
}

function guardOf(stderr: string): string | undefined {
  return stderr
    .split('\n')
    .find((line) => line.startsWith(GUARD_MARK))
    ?.slice(GUARD_MARK.length)
    .trim();
}

function guardFailed(step: Step, host: string, guard: string): Diagnostic {
  const [word = '', subject = '', wanted = ''] = guard.split(' ');
  const what: Record<string, string> = {
    unchanged: `${subject} was changed since the plan was made`,
    'vmid-free': `VMID ${subject} is taken meanwhile`,
    snapshot: `snapshot ${subject} is another one than when the plan was made, or gone`,
    power: `guest ${subject} is not ${wanted} any more`,
    quorum: 'the cluster has no quorum',
    lock: 'the run does not have the lock of the cluster any more',
  };
  const stale = word !== 'quorum';
  return {
    ...failed(
      step,
      host,
      `apply/guard-${word}`,
      what[word] ?? guard,
      stale ? 'Plan again: nothing was done.' : 'See "pvecm status" on the node; nothing was done.',
    ),
    trouble: stale ? 'stale' : 'refused',
  };
}

function failed(step: Step, host: string, code: string, what: string, hint: string): Diagnostic {
  return {
    code,
    severity: 'error',
    trouble: 'failed',
    message: `Cannot run "${shortCommand(step)}": ${what}`,
    host,
    hint,
  };
}

/** Its first words: "qm create 101"; the whole of it is in the event. */
function shortCommand(step: Step): string {
  return showCommand(actArgv(step.act).slice(0, 3));
}

/** How a command is called, which PVE's tools print after they have said what is wrong with its parameters. */
const USAGE =
  /^(?:qm|pct|pvesm|pvesh|pveum|pvesr|pvecm|ha-manager|vzdump|qmrestore) .*(?:<\w+>|\[OPTIONS\])/u;

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .findLast((line) => line.trim() !== '' && !USAGE.test(line))
    ?.trim();
}
