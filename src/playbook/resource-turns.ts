import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { holds } from '../template/condition.ts';
import { expandTask } from './expand-task.ts';
import { judge, seeing } from './judge.ts';
import { recordOf, recordOfLoop } from './register.ts';
import type { Task } from './playbook.ts';
import type { ResourceResult } from './resource-task.ts';
import { runResourceTask } from './resource-task.ts';
import type { Batch, BatchHost } from './run-state.ts';
import type { TurnResult } from './run-turn.ts';
import { exhausted, itemOf } from './run-turn.ts';
import { isOn, numberOf } from './settings.ts';
import type { HostResult } from './tally.ts';
import { DELAY_SECONDS, triesOf } from './tries.ts';
import { waitShown } from './wait-shown.ts';

/**
 * Runs a resource task as one batch, again for those hosts whose `until` does not hold yet. What it came to on each host
 * is told as one turn, whatever its loop; `register` has the loop's `results`.
 */
export async function runResourceTurns(batch: Batch): Promise<ReadonlyMap<string, readonly TurnResult[]>> {
  const settings = resourceSettings(batch);
  if (!settings.ok)
    return new Map(batch.hosts.map(({ place }) => [place.host, [failedBy(settings.diagnostics)]] as const));
  const { check, tries, delaySeconds } = settings.value;
  const results = new Map<string, readonly TurnResult[]>();
  let { hosts } = batch;
  for (let attempt = 1; ; attempt++) {
    const outcomes = await runResourceTask({ ...batch, hosts }, check);
    const again: BatchHost[] = [];
    for (const host of hosts) {
      const result = resultOn(batch, host, outcomes.get(host.place.host) ?? { ...SKIPPED, turns: [] });
      const done = tries === 1 ? ok(true) : isDone(batch.task, host, result);
      if (done.ok && !done.value && attempt < tries) again.push(host);
      const isShort = done.ok && !done.value && attempt >= tries;
      const judged = isShort
        ? exhausted(batch.task, result, tries)
        : done.ok
          ? result
          : failedBy(done.diagnostics);
      results.set(host.place.host, [{ ...result, ...judged }]);
    }
    hosts = again;
    const what = `what it waits for did not come in ${attempt} of ${tries} tries`;
    if (hosts.length === 0 || !(await waitShown(batch, hosts, delaySeconds, what))) return results;
    // Steps of each try have names of their own on the nodes.
    batch.run.tasks++;
  }
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

function resultOn({ task }: Batch, { variables }: BatchHost, result: ResourceResult): TurnResult {
  const { turns: outcomes, ...whole } = result;
  const expanded = expandTask(task, variables);
  if (task.loop === undefined || !expanded.ok) {
    const judged = judge(task, variables.of(task), { ...whole, result: outcomes[0]?.result ?? {} });
    return { ...whole, ...judged, record: recordOf(judged) };
  }
  let next = 0;
  const turns = expanded.value.map(({ isOn: isTaken, variables: own, own: item }): TurnResult => {
    const outcome = isTaken ? (outcomes[next++] ?? whole) : SKIPPED;
    const judged = judge(task, own, outcome);
    return { ...judged, record: { ...recordOf(judged), ...itemOf(item) } };
  });
  const { changed_when: changedWhen, failed_when: failedWhen } = task.settings.words;
  const told = changedWhen === undefined && failedWhen === undefined ? whole : gravest(turns, whole);
  const record = { ...recordOfLoop(turns.map((turn) => turn.record)), changed: told.outcome === 'changed' };
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

/** Whether a host need not be tried again. */
function isDone(task: Task, { variables }: BatchHost, { outcome, record }: TurnResult): Result<boolean> {
  const { until } = task.settings.words;
  if (['skipped', 'unreachable', 'left'].includes(outcome)) return ok(true);
  if (until === undefined) return ok(outcome !== 'failed');
  return holds(until.value, until.positions, seeing(task, variables.of(task), record));
}
