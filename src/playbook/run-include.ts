import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { batchHosts, isOnce } from './batch-hosts.ts';
import { expandTask } from './expand-task.ts';
import { includedBy } from './included-by.ts';
import type { Entry, Include, Included, Task } from './playbook.ts';
import type { BatchHost, Flow } from './run-state.ts';
import { settle, startTask } from './run-task.ts';

export type RunEntries = (
  flow: Flow,
  entries: readonly Entry[],
  hosts: readonly string[],
) => Promise<readonly string[]>;

/** What one turn of an include brings, and the hosts that it is for, each with the item of its loop. */
interface Group {
  readonly included: Included;
  readonly hosts: Map<string, Variables>;
}

/** Puts tasks in the place of an include: hosts that include the same run it together. */
export async function runInclude(
  flow: Flow,
  task: Task,
  hosts: readonly string[],
  runEntries: RunEntries,
): Promise<readonly string[]> {
  const { include } = task;
  if (include === undefined) return [];
  const all = batchHosts(flow, hosts);
  // As in Ansible, what is included runs on that host alone.
  const batch = { run: flow.play.run, task, hosts: isOnce(task, all) ? all.slice(0, 1) : all };
  if (batch.hosts.length === 0) return [];
  await startTask(batch);
  const groups = new Map<string, Group>();
  const lost: string[] = [];
  for (const host of batch.hosts) {
    const { place } = host;
    const wanted = turnsOf(include, task, host);
    const outcome = wanted.ok ? (wanted.value.length > 0 ? 'ok' : 'skipped') : 'failed';
    const diagnostics: readonly Diagnostic[] = wanted.ok ? [] : wanted.diagnostics;
    const result = { outcome, diagnostics, record: {} } as const;
    // As in Ansible, a role is not counted as done: its tasks are.
    const isCounted = include.of === 'tasks' || outcome !== 'ok';
    if (isCounted && (await settle(flow, task, host, [result]))) lost.push(host.place.host);
    if (!isCounted)
      await flow.play.run.emit({ type: 'task-finished', host: place.host, outcome, diagnostics });
    if (!wanted.ok) continue;
    // Each turn of a loop counts.
    for (const _ of include.of === 'tasks' ? wanted.value.slice(1) : [])
      flow.play.run.tally.count(place.host, { outcome, diagnostics });
    for (const { key, included, own } of wanted.value) {
      const group = groups.get(key) ?? { included, hosts: new Map<string, Variables>() };
      groups.set(key, group);
      group.hosts.set(host.place.host, { ...flow.given.get(host.place.host), ...own });
    }
  }
  const failed = new Set(lost);
  for (const { included, hosts: own } of groups.values()) {
    flow.play.exposed.push(...included.exposed);
    for (const handler of included.handlers)
      if (!flow.play.handlers.includes(handler)) flow.play.handlers.push(handler);
    const left = [...own.keys()].filter((host) => !failed.has(host));
    const inside = { ...flow, given: new Map([...flow.given, ...own]) };
    for (const host of await runEntries(inside, included.entries, left)) failed.add(host);
  }
  return [...failed];
}

interface Wanted {
  readonly key: string;
  readonly included: Included;
  readonly own: Variables;
}

function turnsOf(include: Include, task: Task, host: BatchHost): Result<readonly Wanted[]> {
  const turns = expandTask(task, host.variables);
  if (!turns.ok) return turns;
  const wanted: Wanted[] = [];
  for (const [index, { isOn, variables, own }] of turns.value.entries()) {
    if (!isOn) continue;
    const included = includedBy(include, variables);
    if (!included.ok) return included;
    wanted.push({ ...included.value, key: `${index} ${included.value.key}`, own });
  }
  return ok(wanted);
}
