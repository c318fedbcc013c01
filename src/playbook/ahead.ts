import type { Node } from '../inventory/node.ts';
import type { Ahead } from './foresee.ts';
import type { Play } from './playbook.ts';
import type { PlayRun } from './run-state.ts';
import type { createVariables } from './variables.ts';

/** What these plays bring, from the first one on; undefined for none. Handlers are left out: they run after changes alone. */
export function aheadOf(
  [play, ...others]: readonly Play[],
  hosts: ReadonlyMap<Play, readonly Node[]>,
  variablesOf: ReturnType<typeof createVariables>,
): Ahead | undefined {
  if (play === undefined) return undefined;
  const nodes = new Map((hosts.get(play) ?? []).map((node) => [node.name, node]));
  const names = [...nodes.keys()];
  return {
    entries: [...play.preTasks, ...play.tasks, ...play.postTasks],
    given: new Map(),
    variablesOf: (host, given) => {
      const node = nodes.get(host);
      return (
        node &&
        variablesOf({ play, exposed: [], hosts: names, left: () => names, batch: () => names }, node, given)
      );
    },
    after: aheadOf(others, hosts, variablesOf),
  };
}

/** Some entries of a play that runs, and what is after them. */
export function aheadIn(
  { nodes, variablesOf }: Pick<PlayRun, 'nodes' | 'variablesOf'>,
  { entries, given, after }: Pick<Ahead, 'entries' | 'given' | 'after'>,
): Ahead {
  return {
    entries,
    given,
    variablesOf: (host, own) => {
      const node = nodes.find(({ name }) => name === host);
      return node && variablesOf(node, own);
    },
    after,
  };
}
