import { holdsAll } from './expand-task.ts';
import { batchHosts } from './batch-hosts.ts';
import { flushHandlers } from './handlers.ts';
import type { Task } from './playbook.ts';
import type { RunEntries } from './run-include.ts';
import type { MetaWord } from './read-meta.ts';
import type { Flow } from './run-state.ts';
import { settle, startTask } from './run-task.ts';

/** Does what a "meta" task says: it changes the course of the play, and counts as no task. Gives the hosts that failed by it. */
export async function runMeta(
  flow: Flow,
  task: Task,
  hosts: readonly string[],
  runEntries: RunEntries,
): Promise<readonly string[]> {
  const { play } = flow;
  const taking: string[] = [];
  const failed: string[] = [];
  for (const host of batchHosts(flow, hosts)) {
    const decided = holdsAll(task, host.variables.of(task));
    if (decided.ok && decided.value) taking.push(host.place.host);
    if (decided.ok) continue;
    if (failed.length === 0) await startTask({ run: play.run, task, hosts: [host] });
    await settle(flow, task, host, [{ outcome: 'failed', diagnostics: decided.diagnostics, record: {} }]);
    failed.push(host.place.host);
  }
  if (taking.length === 0) return failed;
  switch (task.args.value as MetaWord) {
    case 'flush_handlers':
      return [...failed, ...(await flushHandlers(flow, taking, runEntries))];
    case 'end_host':
      for (const host of taking) play.ended.add(host);
      break;
    case 'end_batch':
      play.stopped = 'batch';
      break;
    case 'end_play':
      play.stopped = 'play';
      break;
    case 'clear_facts':
    case 'noop':
      break;
  }
  return failed;
}
