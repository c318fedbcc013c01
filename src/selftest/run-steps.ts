import type { Diagnostic } from '../diagnostic.ts';
import type { Difference } from './judge-step.ts';
import { judgeStep } from './judge-step.ts';
import type { ForeseenStep } from './plan-step.ts';
import { guestsMade } from './plan-step.ts';
import { runningIn } from './observe.ts';
import type { Place, TestStep } from './test-step.ts';
import type { Known, TestMeans, Tried } from './try-step.ts';
import { tryStep } from './try-step.ts';

/** How a step of the test ended. */
export interface StepResult {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly outcome: 'as expected' | 'differs' | 'not tried';
  /** Why it was not tried. */
  readonly why?: string;
  readonly seconds: number;
  readonly commands: readonly { readonly command: string; readonly exit: number | null }[];
  readonly differences: readonly Difference[];
}

export interface RanSteps {
  readonly results: readonly StepResult[];
  /** Why the test ended before its last step; none: it did not, or it was interrupted. */
  readonly trouble: readonly Diagnostic[];
  /** VMIDs of the guests whose making was begun. */
  readonly begun: ReadonlySet<number>;
}

/** Who is told how far it is. */
export interface Progress {
  begins(number: number, title: string): void;
  ended(result: StepResult): void;
}

/** Tries the steps one after the other. What differs does not stop it; a node that can't be read any more does. */
export async function runSteps(
  steps: readonly ForeseenStep[],
  begin: Known,
  means: TestMeans,
  tell: Progress,
): Promise<RanSteps> {
  const results: StepResult[] = [];
  const failed = new Set<TestStep['group']>();
  const begun = new Set<number>();
  let trouble: readonly Diagnostic[] = [];
  let known: Known | undefined = begin;
  for (const [index, foreseen] of steps.entries()) {
    const { step } = foreseen;
    const number = index + 1;
    const end = (result: Omit<StepResult, 'number' | 'title'>): void => {
      const whole = { number, title: step.title, ...result };
      results.push(whole);
      tell.ended(whole);
    };
    const why = whyNotTried(step, failed, {
      isLost: known === undefined,
      isInterrupted: means.signal.aborted,
      power: known && unlikeBefore(steps[index - 1]?.step, known, means.place),
    });
    if (known === undefined || why !== undefined) {
      end(notTried(why ?? ''));
      continue;
    }
    for (const vmid of guestsMade(foreseen.plans)) begun.add(vmid);
    tell.begins(number, step.title);
    const ended = await tryStep(number, foreseen, known, means);
    if (!ended.ok) {
      trouble = uniqueByMessage(ended.diagnostics);
      known = undefined;
      end(notTried(means.signal.aborted ? INTERRUPTED : LOST));
      continue;
    }
    const { tried } = ended.value;
    known = ended.value.known;
    if (step.isBasic === true && hasFailed(tried)) failed.add(step.group);
    const differences = judgeStep(foreseen, tried);
    if (means.signal.aborted && differences.length > 0) {
      // Whether Proxmox VE or the interruption made them can't be told.
      end(notTried(INTERRUPTED));
      continue;
    }
    end({
      outcome: differences.length === 0 ? 'as expected' : 'differs',
      seconds: tried.seconds,
      commands: tried.ran.map(({ command, exit }) => ({ command, exit })),
      differences,
    });
  }
  return { results, trouble, begun };
}

const INTERRUPTED = 'the test was interrupted';
const LOST = 'the node could not be read any more';

function whyNotTried(
  { group }: TestStep,
  failed: ReadonlySet<TestStep['group']>,
  {
    isLost,
    isInterrupted,
    power,
  }: { readonly isLost: boolean; readonly isInterrupted: boolean; readonly power: string | undefined },
): string | undefined {
  if (isInterrupted) return INTERRUPTED;
  if (isLost) return LOST;
  return failed.has(group) ? `the ${group === 'vm' ? 'VM' : 'container'} could not be made` : power;
}

/** A step is for the guests as the one before should have left them: one that runs, or does not, would make it another. */
function unlikeBefore(before: TestStep | undefined, { survey }: Known, place: Place): string | undefined {
  const wanted = (before?.expects.running ?? []).map(String);
  const running = runningIn(survey, place, Object.values(place.vmids));
  const stopped = wanted.find((vmid) => !running.includes(vmid));
  if (stopped !== undefined) return `guest ${stopped} does not run, as it should by then`;
  const started = running.find((vmid) => !wanted.includes(vmid));
  return started === undefined ? undefined : `guest ${started} runs, as it should not by then`;
}

function notTried(why: string): Omit<StepResult, 'number' | 'title'> {
  return { outcome: 'not tried', why, seconds: 0, commands: [], differences: [] };
}

function hasFailed({ ran, diagnostics }: Tried): boolean {
  return ran.some(({ exit }) => exit !== 0) || diagnostics.some(({ severity }) => severity === 'error');
}

/** Steps one after the other that were not tried for one reason: "14 to 50". */
export function notTriedSpans(
  results: readonly StepResult[],
): readonly { readonly first: number; readonly numbers: string; readonly why: string }[] {
  const spans: { first: number; last: number; why: string }[] = [];
  for (const { number, outcome, why = '' } of results) {
    if (outcome !== 'not tried') continue;
    const span = spans.at(-1);
    if (span?.last === number - 1 && span.why === why) span.last = number;
    else spans.push({ first: number, last: number, why });
  }
  return spans.map(({ first, last, why }) => ({
    first,
    numbers: first === last ? String(first) : `${first} to ${last}`,
    why,
  }));
}

/** What is said of a node twice is said once. */
export function uniqueByMessage(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [each.message, each])).values()];
}
