import type { ActionContext } from '../actions/action.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Bringing } from './bring-about.ts';
import { bringAbout } from './bring-about.ts';
import { factsOf } from './facts.ts';
import { findPlace } from './find-place.ts';
import { valueOf } from './gathered-facts.ts';
import type { Variables } from '../template/render.ts';
import type { Task } from './playbook.ts';
import type { Run } from './run-state.ts';
import type { HostPlace } from './task-specs.ts';
import type { TurnSettings } from './turn-settings.ts';

/** What an action knows of its node's cluster, and what it can do there beside commands of its own. */
type NodeContext = Pick<ActionContext, 'node' | 'cluster' | 'gather' | 'bringAbout'>;

export function nodeContext(
  run: Run,
  task: Task,
  { place, check }: Pick<TurnSettings, 'place' | 'check'>,
): NodeContext {
  const { host, node } = place;
  // With a check_mode of its own the task asks whether it could.
  const isAsking = task.settings.words.check_mode !== undefined;
  const how: Bringing['how'] = check ? (isAsking ? 'ask' : 'check') : 'apply';
  return {
    node,
    cluster: () => oneAfterTheOther(run, () => readCluster(run, place)),
    gather: () => oneAfterTheOther(run, () => gather(run, host)),
    bringAbout: (specs) =>
      oneAfterTheOther(run, async () => {
        const about = { positions: { '': task.at }, cluster: place.snapshot.cluster, declaredBy: host };
        const declared = specs.map((spec) => ({ ...spec, ...about }));
        const bringing = { turn: nextTurn(run), how };
        let brought = await bringAbout(run, declared, bringing);
        while (brought === 'again') brought = await bringAbout(run, declared, bringing);
        const refused = [...brought.over, ...(brought.refused.get(host) ?? [])];
        return refused.length > 0 ? fail(...refused) : ok(brought.ended);
      }),
  };
}

/** The cluster as it is now: read again when a command may have changed it. In check mode: as it would be. */
async function readCluster(run: Run, place: HostPlace): Promise<HostPlace['snapshot']> {
  if (run.isStale && !run.options.check) {
    run.survey = await run.options.resurvey();
    run.isStale = false;
  }
  return findPlace(run.survey, place.host)?.snapshot ?? place.snapshot;
}

/** The task of each run that has read the nodes anew: once for all of its hosts. */
const gathering = new WeakMap<Run, number>();

async function gather(run: Run, host: string): Promise<Variables> {
  if (!run.options.check && gathering.get(run) !== run.tasks) {
    run.survey = await run.options.resurvey();
    run.isStale = false;
    gathering.set(run, run.tasks);
  }
  const facts = Object.entries(factsOf(run.survey, host)).map(([name, value]) => [name, valueOf(value)]);
  const own = facts.filter(([name]) => name !== 'pve' && name !== 'ansible_facts');
  return Object.fromEntries(own) as Variables;
}

/** Tells the steps of one call from those of the next; a task's own plan has the task's number alone. */
function nextTurn({ tasks, steps }: Run): string {
  const key = `${tasks} turns`;
  const next = (steps.get(key) ?? 0) + 1;
  steps.set(key, next);
  return `${tasks}-${next}`;
}

const queues = new WeakMap<Run, Promise<unknown>>();

/** Hosts run side by side, and what they bring about changes the one survey of the run. */
async function oneAfterTheOther<T>(run: Run, work: () => Promise<T>): Promise<T> {
  const mine = (queues.get(run) ?? Promise.resolve()).then(work, work);
  queues.set(run, mine);
  return mine;
}
