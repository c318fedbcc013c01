import type { ActionContext } from '../actions/action.ts';
import { address } from '../address.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { bringAbout, carryOut } from './bring-about.ts';
import { findPlace } from './find-place.ts';
import type { Task } from './playbook.ts';
import type { Run } from './run-state.ts';
import type { HostPlace } from './task-specs.ts';
import type { TurnSettings } from './turn-settings.ts';

/** What an action knows of its node's cluster, and what it can do there beside commands of its own. */
type NodeContext = Pick<ActionContext, 'node' | 'cluster' | 'bringAbout' | 'performLong'>;

export function nodeContext(
  run: Run,
  task: Task,
  { place, check }: Pick<TurnSettings, 'place' | 'check'>,
): NodeContext {
  const { host, node } = place;
  return {
    node,
    cluster: () => oneAfterTheOther(run, () => readCluster(run, place)),
    bringAbout: (specs) =>
      oneAfterTheOther(run, async () => {
        const { cluster } = place.snapshot;
        const about = { positions: { '': task.at }, cluster, declaredBy: host };
        const brought = await bringAbout(
          run,
          specs.map((spec) => ({ ...spec, ...about })),
          { turn: nextTurn(run), onlyAsked: check && task.settings.words.check_mode !== undefined },
        );
        const refused = [...brought.over, ...(brought.refused.get(host) ?? [])];
        return refused.length > 0 ? fail(...refused) : ok(brought.ended);
      }),
    performLong: (act, timeoutSeconds) =>
      oneAfterTheOther(run, async () => {
        const change = longChange(task, place, act, timeoutSeconds);
        const plans: readonly Plan[] = [{ cluster: place.snapshot.cluster, changes: [change] }];
        const [ended] = await carryOut(plans, new Map(), run, nextTurn(run));
        run.isStale = true;
        return ended === undefined || ended.diagnostics.length === 0
          ? ok(undefined)
          : fail(...ended.diagnostics);
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

/** A command that outlives the connection is a step of its own, which `resume` finds again. */
function longChange(
  task: Task,
  { host, node, snapshot }: HostPlace,
  act: Parameters<ActionContext['performLong']>[0],
  timeoutSeconds: number,
): Change {
  return {
    id: 'long',
    address: address('node', node, snapshot.cluster),
    title: node,
    action: 'update',
    node,
    declaredAt: task.at,
    declaredBy: [host],
    differences: [],
    risks: [],
    digests: {},
    after: [],
    steps: [
      {
        // No number: it is in no plan, and must not be taken for a step that is.
        id: 'long/1',
        node,
        act,
        guards: [],
        locks: [`packages@${snapshot.cluster}/${node}`],
        effects: [],
        undo: { impossible: 'packages are not put back' },
        detached: true,
        timeoutSeconds,
      },
    ],
  };
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
