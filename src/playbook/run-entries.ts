import { aheadIn } from './ahead.ts';
import { flushAt } from './handlers.ts';
import { isNamed } from './list-playbook.ts';
import { runInclude } from './run-include.ts';
import type { Block, Entry, RoleTurn, Task } from './playbook.ts';
import { isBlock, tasksIn } from './playbook.ts';
import { runMeta } from './run-meta.ts';
import type { Flow, PlayRun, Run } from './run-state.ts';
import { runTask } from './run-task.ts';
import { isChosen } from './tags.ts';

/**
 * Runs tasks and blocks in their order on these hosts, all hosts at the same task. A host that fails takes no part in
 * what comes after here. Gives those that failed; who gave no answer, or has ended the play, is just gone.
 */
export async function runEntries(
  flow: Flow,
  entries: readonly Entry[],
  hosts: readonly string[],
): Promise<readonly string[]> {
  const { run } = flow.play;
  const failed = new Set<string>();
  if (hosts.length === 0) return [];
  for (const [index, entry] of entries.entries()) {
    if (run.options.signal.aborted) {
      run.notBegun.push(...tasksIn(entries.slice(index)).filter((task) => isWanted(run, task)));
      break;
    }
    const left = hosts.filter((host) => !failed.has(host) && isIn(flow, host));
    if (left.length === 0 || flow.play.stopped !== undefined) break;
    const after = aheadIn(flow.play, { ...flow, entries: entries.slice(index + 1), after: flow.after });
    const here = { ...flow, after };
    const lost = isBlock(entry) ? await runBlock(here, entry, left) : await runOne(here, entry, left);
    for (const host of lost) failed.add(host);
  }
  return [...failed];
}

const isIn = ({ play }: Flow, host: string): boolean => !play.ended.has(host) && !play.run.tally.isOut(host);

/** The block; where it failed its rescue; and on all that were in it what is to be done always. */
async function runBlock(flow: Flow, block: Block, all: readonly string[]): Promise<readonly string[]> {
  const hosts = block.ofRole === undefined ? all : takeRole(flow.play, block.ofRole, all);
  const hasRescue = block.rescue.length > 0;
  const after = aheadIn(flow.play, { ...flow, entries: block.always, after: flow.after });
  const inside = { ...flow, after };
  const lost = await runEntries(hasRescue ? { ...inside, isRescued: true } : inside, block.block, hosts);
  const failed = hasRescue ? await runEntries(inside, block.rescue, lost) : lost;
  const failedAfter = await runEntries(flow, block.always, hosts);
  return [...new Set([...failed, ...failedAfter])];
}

/** Notes that these hosts have a role. Gives those that run it: not who has had it, where once is enough. */
function takeRole(
  { hadRoles }: PlayRun,
  { key, isOnce }: RoleTurn,
  hosts: readonly string[],
): readonly string[] {
  const had = hadRoles.get(key) ?? new Set<string>();
  hadRoles.set(key, had);
  const taking = isOnce ? hosts.filter((host) => !had.has(host)) : hosts;
  for (const host of hosts) had.add(host);
  return taking;
}

async function runOne(flow: Flow, task: Task, hosts: readonly string[]): Promise<readonly string[]> {
  const { run } = flow.play;
  if (!isWanted(run, task)) return [];
  if (run.startAt !== undefined) {
    if (isNamed(task, run.startAt)) run.startAt = undefined;
    // What is included may hold it.
    else if (task.include === undefined) return [];
  }
  if (task.module === 'meta')
    return task.args.value === 'flush_handlers'
      ? flushAt(flow, task, hosts, runEntries)
      : runMeta(flow, task, hosts);
  if (task.include === undefined) return runTask(flow, task, hosts);
  return runInclude(flow, task, hosts, runEntries);
}

const isWanted = ({ options }: Run, { settings }: Task): boolean => isChosen(settings.tags, options.tags);
