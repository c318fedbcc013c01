import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import type { ActionResult } from '../actions/action.ts';
import type { Variables } from '../template/render.ts';
import type { Turn } from './expand-task.ts';
import { expandTask } from './expand-task.ts';
import { judge, seeing } from './judge.ts';
import { recordOf, recordOfLoop } from './register.ts';
import type { Task } from './playbook.ts';
import type { ResourceResult } from './resource-task.ts';
import { runResourceTask } from './resource-task.ts';
import type { Batch } from './run-state.ts';
import type { TurnResult } from './run-turn.ts';
import { exhausted, itemOf } from './run-turn.ts';
import { isOn, numberOf } from './settings.ts';
import type { HostResult } from './tally.ts';
import { DELAY_SECONDS, triesOf } from './tries.ts';
import { waitShown } from './wait-shown.ts';

/**
 * Runs a resource task as one batch, again for those turns whose `until` does not hold yet. What it came to on each host
 * is told as one turn, whatever its loop; `register` has the loop's `results`.
 */
export async function runResourceTurns(batch: Batch): Promise<ReadonlyMap<string, readonly TurnResult[]>> {
  const settings = resourceSettings(batch);
  if (!settings.ok)
    return new Map(batch.hosts.map(({ place }) => [place.host, [failedBy(settings.diagnostics)]] as const));
  const { check, tries, delaySeconds } = settings.value;
  const { task, run } = batch;
  const tried = new Map<string, Tried>();
  let { hosts } = batch;
  for (let attempt = 1; ; attempt++) {
    const isOpen = (host: string, turn: number): boolean => tried.get(host)?.turns[turn]?.isOpen !== false;
    const outcomes = await runResourceTask({ ...batch, hosts }, check, isOpen);
    for (const host of hosts) {
      const { place, variables } = host;
      const { turns: own, ...whole } = outcomes.get(place.host) ?? { ...SKIPPED, turns: [] };
      const expanded = expandTask(task, variables);
      // What can't be rolled out has failed as a whole.
      const turns = expanded.ok ? expanded.value : [{ variables: variables.of(task), own: {}, isOn: true }];
      const before = tried.get(place.host)?.turns ?? [];
      tried.set(place.host, { whole, turns: afterTry(task, turns, { own, whole, before, attempt, tries }) });
    }
    hosts = hosts.filter(({ place }) => tried.get(place.host)?.turns.some((turn) => turn.isOpen));
    const what = `what it waits for did not come in ${attempt} of ${tries} tries`;
    if (hosts.length === 0 || !(await waitShown(batch, hosts, delaySeconds, what))) break;
    // Steps of each try have names of their own on the nodes.
    run.tasks++;
  }
  return new Map([...tried].map(([host, all]) => [host, [resultOf(task, all, tries)]] as const));
}

/** What a host's turns came to so far, and how the last try ended for the host as a whole. */
interface Tried {
  readonly whole: HostResult;
  readonly turns: readonly TriedTurn[];
}

interface TriedTurn {
  readonly result: TurnResult;
  /** It is to be tried again. */
  readonly isOpen: boolean;
}

const failedBy = (diagnostics: readonly Diagnostic[]): TurnResult => {
  const result = { outcome: 'failed', diagnostics } as const;
  return { ...result, record: recordOf(result) };
};

interface ResourceSettings {
  readonly check: boolean;
  readonly tries: number;
  readonly delaySeconds: number;
}

/** Keywords that hold for all hosts at once, as the first of them has them. */
function resourceSettings({ run, task, hosts }: Batch): Result<ResourceSettings> {
  const variables = hosts[0]?.variables.of(task) ?? {};
  const { settings } = task;
  const check = settings.words.check_mode === undefined ? undefined : isOn(settings, 'check_mode', variables);
  const retries = numberOf(settings, 'retries', variables);
  const delay = numberOf(settings, 'delay', variables);
  if (check?.ok === false) return check;
  if (!retries.ok) return retries;
  if (!delay.ok) return delay;
  return ok({
    check: check?.value ?? run.options.check,
    tries: triesOf(task, retries.value),
    delaySeconds: delay.value ?? DELAY_SECONDS,
  });
}

interface LastTry {
  /** Of the turns that were tried, in order. */
  readonly own: ResourceResult['turns'];
  readonly whole: HostResult;
  readonly before: readonly TriedTurn[];
  readonly attempt: number;
  readonly tries: number;
}

/** The turns as they are after one more try. */
function afterTry(
  task: Task,
  turns: readonly Pick<Turn, 'variables' | 'own' | 'isOn'>[],
  { own, whole, before, attempt, tries }: LastTry,
): readonly TriedTurn[] {
  let next = 0;
  return turns.map(({ isOn: isTaken, variables, own: item }, index): TriedTurn => {
    const known = before[index];
    if (known?.isOpen === false) return known;
    const last = isTaken ? (own[next++] ?? whole) : undefined;
    // Without a loop it is the host's, with what nobody declared.
    const outcome = last && (task.loop === undefined ? { ...whole, result: own[0]?.result ?? {} } : last);
    const judged =
      outcome === undefined ? SKIPPED : judge(task, variables, withAttempts(task, outcome, attempt));
    const record = { ...recordOf(judged), ...itemOf(item) };
    const done = tries === 1 ? ok(true) : isDone(task, variables, { ...judged, record });
    if (!done.ok) return { result: failedBy(done.diagnostics), isOpen: false };
    if (done.value || attempt < tries) return { result: { ...judged, record }, isOpen: !done.value };
    const short = exhausted(task, judged, tries);
    return { result: { ...short, record: { ...recordOf(short), ...itemOf(item) } }, isOpen: false };
  });
}

const withAttempts = ({ settings }: Task, outcome: ActionResult, attempt: number): ActionResult =>
  settings.words.until === undefined
    ? outcome
    : { ...outcome, result: { ...outcome.result, attempts: attempt } };

/** What is told of all turns of a host as one. */
function resultOf(task: Task, { whole, turns }: Tried, tries: number): TurnResult {
  const [first] = turns;
  if (task.loop === undefined && first !== undefined) return { ...whole, ...first.result };
  const results = turns.map(({ result }) => result);
  const { changed_when: changedWhen, failed_when: failedWhen } = task.settings.words;
  const isJudged = changedWhen !== undefined || failedWhen !== undefined || tries > 1;
  const told = isJudged ? gravest(results, whole) : whole;
  const record = { ...recordOfLoop(results.map((turn) => turn.record)), changed: told.outcome === 'changed' };
  return { ...told, record: { ...record, failed: told.outcome === 'failed' } };
}

const SKIPPED = { outcome: 'skipped', diagnostics: [] } as const;

/** What a loop came to after each turn was judged. */
function gravest(turns: readonly TurnResult[], whole: HostResult): HostResult {
  const outcome = (['unreachable', 'failed', 'left', 'changed', 'ok'] as const).find((each) =>
    turns.some((turn) => turn.outcome === each),
  );
  return { ...whole, outcome: outcome ?? 'skipped', diagnostics: turns.flatMap((turn) => turn.diagnostics) };
}

/** Whether a turn need not be tried again. */
function isDone(task: Task, variables: Variables, { outcome, record }: TurnResult): Result<boolean> {
  const { until } = task.settings.words;
  if (['skipped', 'unreachable', 'left'].includes(outcome)) return ok(true);
  if (until === undefined) return ok(outcome !== 'failed');
  return holds(until.value, until.positions, seeing(task, variables, record));
}
