import type { RunEntries } from './run-include.ts';
import { runInclude } from './run-include.ts';
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
    const lost =
      handler.include === undefined
        ? await runTask(flow, handler, own)
        : await runInclude(flow, handler, own, runEntries);
    for (const host of lost) failed.add(host);
  }
  return [...failed];
}
