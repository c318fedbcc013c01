import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { connectionOptions } from './connection-options.ts';
import type { Draft, GroupDraft, HostDraft, Variables } from './draft.ts';
import type { Group, Inventory } from './inventory.ts';
import { LOCALHOST } from './localhost.ts';
import type { Node } from './node.ts';
import type { MergedHost } from './known-variables.ts';
import { knownVariables, valuesOf } from './known-variables.ts';
import type { VariableDirectories } from './precedence.ts';
import { variablesInOrder } from './precedence.ts';
import type { Render } from './render-connection.ts';
import { renderConnection } from './render-connection.ts';
import { inventoryError } from './trouble.ts';

/** What a draft is merged with. */
export interface Merging {
  /** Connection variables that all others win over. */
  readonly defaults: Variables;
  /** Variables that win over all others. */
  readonly extra: Variables;
  readonly render: Render;
  /** Grows by the passwords that templates render. */
  readonly secrets: Set<string>;
}

/**
 * Merges variables by Ansible's precedence (precedence.ts), groups in its order: all, then parents before children (the
 * deeper a group the later), among equals by ansible_group_priority, then by name. A group in itself is an error.
 */
export function mergeDraft(
  draft: Draft,
  beside: VariableDirectories,
  { defaults, extra, render, secrets }: Merging,
): Result<Inventory> {
  adoptOrphans(draft);
  const depths = groupDepths(draft);
  if (!depths.ok) return depths;
  const parents = parentsOf(draft);
  const order = [...draft.groups.values()].sort(
    (a, b) =>
      (depths.value.get(a.name) ?? 0) - (depths.value.get(b.name) ?? 0) ||
      priority(a) - priority(b) ||
      (a.name < b.name ? -1 : 1),
  );
  const hosts = [...draft.hosts.values()].map((host): MergedHost => {
    const groups = groupsOf(host, parents, order);
    const layers = variablesInOrder(host, groups, beside);
    const merged: Variables = new Map([...layers, extra].flatMap((variables) => [...variables]));
    // It says where its group stands, and is no variable of hosts.
    merged.delete('ansible_group_priority');
    return { host, groups: groups.map((group) => group.name), merged };
  });
  const known = knownVariables(hosts, [...draft.groups.keys()], render);
  const problems = new Map<string, Diagnostic>();
  const nodes = hosts.flatMap((each): readonly Node[] => {
    const connecting = renderConnection(each.merged, known(each), render, secrets);
    if (connecting.ok) return [makeNode(each, connecting.value, defaults)];
    // What a group has is wrong for each of its hosts, and told once.
    for (const problem of connecting.diagnostics) problems.set(JSON.stringify(problem), problem);
    return [];
  });
  if (problems.size > 0) return fail(...problems.values());
  const all = order.filter(({ name }) => name === 'all');
  const ofLocalhost = variablesInOrder({ name: LOCALHOST, variables: new Map() }, all, beside);
  return ok({
    nodes,
    groups: [...draft.groups.values()].map(makeGroup),
    ofLocalhost: Object.assign({}, ...ofLocalhost.map(valuesOf)) as Inventory['ofLocalhost'],
    secrets,
  });
}

/** Every group is somewhere under `all`, and every host in some group. */
function adoptOrphans({ groups, hosts }: Draft): void {
  const children = new Set([...groups.values()].flatMap((group) => [...group.children]));
  const all = groups.get('all');
  const ungrouped = groups.get('ungrouped');
  for (const name of groups.keys()) if (name !== 'all' && !children.has(name)) all?.children.add(name);
  const grouped = new Set(
    [...groups.values()].filter((group) => group !== all).flatMap((group) => [...group.hosts]),
  );
  for (const name of hosts.keys()) if (!grouped.has(name)) ungrouped?.hosts.add(name);
}

/** The longest way from `all` to each group. */
function groupDepths({ groups }: Draft): Result<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  const visit = (name: string, above: readonly string[]): readonly string[] | undefined => {
    if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
    if ((depths.get(name) ?? -1) >= above.length) return undefined;
    depths.set(name, above.length);
    for (const child of groups.get(name)?.children ?? []) {
      const cycle = visit(child, [...above, name]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  for (const start of groups.keys()) {
    const cycle = visit(start, start === 'all' ? [] : ['all']);
    if (cycle === undefined) continue;
    const message = `Cannot read group "${start}": it is a child of itself (${cycle.join(' > ')})`;
    return fail(inventoryError('group-cycle', message, groups.get(start)?.at));
  }
  return ok(depths);
}

function parentsOf({ groups }: Draft): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const group of groups.values()) {
    for (const child of group.children) parents.set(child, [...(parents.get(child) ?? []), group.name]);
  }
  return parents;
}

/** The groups a host is in, by itself or through their children, in the given order. */
function groupsOf(
  host: HostDraft,
  parents: ReadonlyMap<string, readonly string[]>,
  order: readonly GroupDraft[],
): readonly GroupDraft[] {
  const found = new Set<string>();
  const climb = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const parent of parents.get(name) ?? []) climb(parent);
  };
  for (const group of order) if (group.hosts.has(host.name)) climb(group.name);
  return order.filter((group) => found.has(group.name));
}

function makeNode({ host, groups, merged }: MergedHost, connecting: Variables, defaults: Variables): Node {
  return {
    name: host.name,
    groups,
    variables: valuesOf(merged),
    connection: connectionOptions(host.name, connecting, defaults),
    at: host.at,
  };
}

function makeGroup({ name, hosts, children, at }: GroupDraft): Group {
  return { name, hosts: [...hosts], children: [...children], ...(at !== undefined && { at }) };
}

function priority(group: GroupDraft): number {
  return Number(group.variables.get('ansible_group_priority')?.value ?? 1);
}
