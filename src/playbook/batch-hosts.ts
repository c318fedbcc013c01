import type { Snapshot } from '../snapshot/snapshot.ts';
import { findPlace } from './find-place.ts';
import type { Task } from './playbook.ts';
import type { BatchHost, Flow, PlayRun } from './run-state.ts';
import { isOn } from './settings.ts';

/** Those of the hosts that still take part, with where they are and their variables. */
export function batchHosts({ play, given }: Flow, hosts: readonly string[]): readonly BatchHost[] {
  const { run, nodes, ended, variablesOf } = play;
  const wanted = new Set(hosts);
  const members = countMembers(play);
  return nodes.flatMap((node): readonly BatchHost[] => {
    const { name } = node;
    if (!wanted.has(name) || ended.has(name) || run.tally.isOut(name)) return [];
    const place = findPlace(run.survey, name);
    if (place === undefined) return [];
    const alone = members?.get(place.snapshot) === 1;
    return [{ place: { ...place, alone }, variables: variablesOf(node, given.get(name) ?? {}) }];
  });
}

/** Whether the first of these hosts does it for all, as that host has "run_once". */
export function isOnce(task: Task, [first]: readonly BatchHost[]): boolean {
  const once = first && isOn(task.settings, 'run_once', first.variables.of(task));
  return once?.ok === true && once.value;
}

/** How many hosts of the batch are in each cluster; undefined when one of them may be in any. */
function countMembers({ run, nodes }: PlayRun): ReadonlyMap<Snapshot, number> | undefined {
  const counts = new Map<Snapshot, number>();
  const all = nodes.map(({ name }) => findPlace(run.survey, name));
  for (const place of all) {
    if (place === undefined) return undefined;
    counts.set(place.snapshot, (counts.get(place.snapshot) ?? 0) + 1);
  }
  return counts;
}
