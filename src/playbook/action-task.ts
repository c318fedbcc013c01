import type { Action } from '../actions/action.ts';
import type { Result } from '../diagnostic.ts';
import type { TurnToCome } from './expand-task.ts';
import { turnsToCome } from './expand-task.ts';
import { recordOf } from './register.ts';
import type { Batch, BatchHost } from './run-state.ts';
import type { ActingBatch, TurnResult } from './run-turn.ts';
import { itemOf, runTurn } from './run-turn.ts';
import { numberOf } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { waitShown } from './wait-shown.ts';

/** Runs an action on its hosts side by side, the turns of a loop one after the other. Gives what each turn came to. */
export async function runActionTask(
  batch: Batch,
  action: Action,
): Promise<ReadonlyMap<string, readonly TurnResult[]>> {
  const hosts = batch.hosts.map((host) => ({ host, expanded: turnsToCome(batch.task, host.variables) }));
  const acting = hosts.flatMap(({ host, expanded }) =>
    expanded.ok && expanded.value.some(({ mayRun }) => mayRun) ? [host.place] : [],
  );
  const all = await sideBySide(
    hosts,
    action.oneByOne ? 1 : throttleOf(batch),
    async ({ host, expanded }): Promise<readonly [string, readonly TurnResult[]]> => [
      host.place.host,
      await runOn(host, expanded, { ...batch, acting }, action),
    ],
  );
  return new Map(all);
}

/** How many hosts at a time, as the first of them has it. */
function throttleOf({ hosts, task }: Batch): number {
  const [first] = hosts;
  const throttle = first && numberOf(task.settings, 'throttle', first.variables.of(task));
  return (throttle?.ok === true ? throttle.value : 0) || hosts.length;
}

const withRecord = (result: Omit<TurnResult, 'record'>): TurnResult => ({
  ...result,
  record: recordOf(result),
});

async function runOn(
  host: BatchHost,
  expanded: Result<readonly TurnToCome[]>,
  batch: ActingBatch,
  action: Action,
): Promise<readonly TurnResult[]> {
  const { run, task } = batch;
  if (!expanded.ok) return [withRecord({ outcome: 'failed', diagnostics: expanded.diagnostics })];
  const results: TurnResult[] = [];
  for (const { take } of expanded.value) {
    if (run.options.signal.aborted) break;
    const taken = take();
    if (!taken.ok) {
      results.push(withRecord({ outcome: 'failed', diagnostics: taken.diagnostics }));
      break;
    }
    const turn = taken.value;
    if (!turn.isOn) {
      const skipped = withRecord({
        outcome: 'skipped',
        diagnostics: [],
        ...(turn.item !== undefined && { item: turn.item }),
      });
      results.push({ ...skipped, record: { ...skipped.record, ...itemOf(turn.own) } });
      continue;
    }
    const pause = task.loop?.pauseSeconds ?? 0;
    if (pause > 0 && results.length > 0 && !(await waitShown(batch, [host], pause, 'a pause of its loop')))
      break;
    const result = await runTurn(batch, action, host, turn);
    results.push(result);
    if (task.loop !== undefined) keepForNext(batch, host, result);
    if (result.outcome === 'unreachable') break;
  }
  return results;
}

/** What a turn has learnt, the next one knows: `list: "{{ list | default([]) + [item] }}"`. */
function keepForNext(
  { run, task }: Batch,
  { place }: BatchHost,
  { facts, included, record }: TurnResult,
): void {
  if (facts !== undefined && task.settings.words.delegate_facts === undefined)
    run.store.keep(place.host, facts);
  if (included !== undefined) run.store.include(place.host, included);
  if (task.register !== undefined) run.store.keep(place.host, { [task.register]: record });
}
