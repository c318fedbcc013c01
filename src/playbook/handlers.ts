import type { Task } from './playbook.ts';
import type { RunEntries } from './run-include.ts';
import { runInclude } from './run-include.ts';
import { runMeta, whoTakes } from './run-meta.ts';
import type { Flow } from './run-state.ts';
import { runTask } from './run-task.ts';

/** Runs the handlers that these hosts have notified, in the order in which they are defined. Gives the hosts that failed. */
export async function flushHandlers(
  flow: Flow,
  hosts: readonly string[],
  runEntries: RunEntries,
): Promise<readonly string[]> {
  const { play } = flow;
  const failed = new Set<string>();
  for (const handler of play.handlers) {
    const waiting = play.notified.get(handler) ?? new Set();
    if (play.run.options.signal.aborted) {
      if (waiting.size > 0) play.run.notBegun.push(handler);
      continue;
    }
    const own = hosts.filter((host) => waiting.has(host) && !failed.has(host));
    for (const host of own) waiting.delete(host);
    if (own.length === 0) continue;
    for (const host of await runHandler(flow, handler, own, runEntries)) failed.add(host);
    if (play.stopped !== undefined) break;
  }
  return [...failed];
}

/** Does "meta: flush_handlers" on the hosts where its conditions hold. */
export async function flushAt(
  flow: Flow,
  task: Task,
  hosts: readonly string[],
  runEntries: RunEntries,
): Promise<readonly string[]> {
  const { taking, failed } = await whoTakes(flow, task, hosts);
  return [...failed, ...(await flushHandlers(flow, taking, runEntries))];
}

async function runHandler(
  flow: Flow,
  handler: Task,
  hosts: readonly string[],
  runEntries: RunEntries,
): Promise<readonly string[]> {
  if (handler.module === 'meta') return runMeta(flow, handler, hosts);
  return handler.include === undefined
    ? runTask(flow, handler, hosts)
    : runInclude(flow, handler, hosts, runEntries);
}
