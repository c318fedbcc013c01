import { judge } from './judge.ts';
import { recordOf } from './register.ts';
import { runResourceTask } from './resource-task.ts';
import type { Batch } from './run-state.ts';
import type { TurnResult } from './run-turn.ts';

/** Runs a resource task as one batch; what it came to on each host is one turn, whatever its loop. */
export async function runResourceTurns(batch: Batch): Promise<ReadonlyMap<string, readonly TurnResult[]>> {
  const { task, hosts } = batch;
  const results = await runResourceTask(batch);
  return new Map(
    hosts.map(({ place, variables }) => {
      const result = results.get(place.host) ?? { outcome: 'skipped' as const, diagnostics: [] };
      const judged = judge(task, variables.of(task), result);
      return [place.host, [{ ...result, ...judged, record: recordOf(judged) }]] as const;
    }),
  );
}
