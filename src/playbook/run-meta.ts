import { holdsAll } from './expand-task.ts';
import { batchHosts, isOnce } from './batch-hosts.ts';
import type { Task } from './playbook.ts';
import type { MetaWord } from './read-meta.ts';
import type { Flow, PlayRun } from './run-state.ts';
import { settle, startTask } from './run-task.ts';

/** What is done for all hosts at once: as in Ansible, the first of them decides whether it is. */
const FOR_ALL: readonly unknown[] = [
  'clear_facts',
  'clear_host_errors',
  'end_batch',
  'end_play',
] satisfies MetaWord[];

/** Does what a "meta" task says: it changes the course of the play, and counts as no task. Gives the hosts that failed by it. */
export async function runMeta(flow: Flow, task: Task, hosts: readonly string[]): Promise<readonly string[]> {
  const { taking, failed } = await whoTakes(flow, task, hosts);
  if (taking.length > 0) doMeta(flow.play, task.args.value as MetaWord, taking);
  return failed;
}

/** The hosts on which the conditions of a "meta" task hold, and those where that can't be said: they have failed. */
export async function whoTakes(
  flow: Flow,
  task: Task,
  hosts: readonly string[],
): Promise<{ readonly taking: readonly string[]; readonly failed: readonly string[] }> {
  const taking: string[] = [];
  const failed: string[] = [];
  const all = batchHosts(flow, hosts);
  for (const host of FOR_ALL.includes(task.args.value) || isOnce(task, all) ? all.slice(0, 1) : all) {
    const decided = holdsAll(task, host.variables.of(task));
    if (decided.ok && decided.value) taking.push(host.place.host);
    if (decided.ok) continue;
    if (failed.length === 0) await startTask({ run: flow.play.run, task, hosts: [host] });
    await settle(flow, task, host, [{ outcome: 'failed', diagnostics: decided.diagnostics, record: {} }]);
    failed.push(host.place.host);
  }
  return { taking, failed };
}

function doMeta(play: PlayRun, word: MetaWord, hosts: readonly string[]): void {
  switch (word) {
    case 'end_host':
      for (const host of hosts) play.ended.add(host);
      break;
    case 'end_batch':
      play.stopped = 'batch';
      break;
    case 'end_play':
      play.stopped = 'play';
      break;
    case 'clear_host_errors':
      clearErrors(play);
      break;
    case 'flush_handlers':
    case 'clear_facts':
    case 'noop':
      break;
  }
}

/** Who has failed or was lost takes part again from the next play on. */
function clearErrors({ run, nodes, failed, ended }: PlayRun): void {
  for (const { name } of nodes) {
    if (!failed.has(name) && !run.tally.isOut(name)) continue;
    ended.add(name);
    run.tally.takeBack(name);
  }
}
