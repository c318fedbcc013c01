import type { Flow } from './run-state.ts';
import { runTask } from './run-task.ts';

/** Runs the handlers that these hosts have notified, in the order in which they are defined. Gives the hosts that failed. */
export async function flushHandlers(flow: Flow, hosts: readonly string[]): Promise<readonly string[]> {
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
    for (const host of await runTask(flow, handler, own)) failed.add(host);
  }
  return [...failed];
}
