import { findPlace } from './find-place.ts';
import type { BatchHost, Flow } from './run-state.ts';

/** Those of the hosts that still take part, with where they are and their variables. */
export function batchHosts({ play, given }: Flow, hosts: readonly string[]): readonly BatchHost[] {
  const { run, nodes, ended, variablesOf } = play;
  return nodes.flatMap((node): readonly BatchHost[] => {
    const { name } = node;
    if (!hosts.includes(name) || ended.has(name) || run.tally.isOut(name)) return [];
    const place = findPlace(run.survey, name);
    if (place === undefined) return [];
    const others = nodes.filter((other) => other !== node).map((other) => findPlace(run.survey, other.name));
    const alone = others.every((other) => other !== undefined && other.snapshot !== place.snapshot);
    return [{ place: { ...place, alone }, variables: variablesOf(node, given.get(name) ?? {}) }];
  });
}
