import { unsafeTextOf } from './ansible-yaml.ts';
import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';

/** The shape that `ansible-inventory --list` prints, for some of the inventory's hosts. */
export function toAnsibleJson(
  { groups }: Inventory,
  nodes: readonly Node[],
): Readonly<Record<string, unknown>> {
  const shown = new Set(nodes.map(({ name }) => name));
  const described = groups.map(({ name, hosts, children }) => {
    // Those of `all` itself are in `ungrouped` or another group; Ansible lists them there only.
    const own = name === 'all' ? [] : hosts.filter((host) => shown.has(host));
    return [
      name,
      { ...(own.length > 0 && { hosts: own }), ...(children.length > 0 && { children }) },
    ] as const;
  });
  const hostvars = Object.fromEntries(nodes.map(({ name, variables }) => [name, withUnsafe(variables)]));
  return { _meta: { hostvars }, ...Object.fromEntries(described) };
}

/** Texts that are no templates in the form that Ansible gives them in JSON. */
export function withUnsafe(value: unknown): unknown {
  const text = unsafeTextOf(value);
  if (text !== undefined) return { __ansible_unsafe: text };
  if (Array.isArray(value)) return value.map(withUnsafe);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUnsafe(item)]));
}
