import type { Inventory } from './inventory.ts';

/**
 * Names of the hosts in a group and in the groups under it, each once, in Ansible's order, in which positions of patterns
 * count: the group's own, then those of its children, then of theirs.
 */
export function hostsOfGroup({ groups }: Inventory, name: string): readonly string[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const seen = new Set([name]);
  // A set gives what is added to it while it is walked through.
  for (const each of seen) for (const child of byName.get(each)?.children ?? []) seen.add(child);
  return [...new Set([...seen].flatMap((each) => byName.get(each)?.hosts ?? []))];
}
