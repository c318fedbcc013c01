import type { Node } from '../inventory/node.ts';
import { findPlace } from './find-place.ts';
import type { PlayRun, Run } from './run-state.ts';

/** Reads the nodes again before a resource task, when a command may have changed what is known. */
export async function refreshSurvey({ run, nodes }: PlayRun, task: string): Promise<void> {
  if (!run.isStale || run.options.check) return;
  const waits = nodes.map(({ name }) => run.waits.begin(name, task));
  run.survey = await run.options.resurvey();
  for (const wait of waits) wait.end();
  run.isStale = false;
  for (const node of nodes) meet(run, node);
}

/** Takes a host into the recap; one that gives no answer is out from there. */
export function meet(run: Run, { name }: Node): void {
  run.tally.add(name);
  if (run.tally.isOut(name) || findPlace(run.survey, name) !== undefined) return;
  run.tally.count(name, {
    outcome: 'unreachable',
    diagnostics: run.survey.unreachable.filter(({ host }) => host === name),
  });
}
