import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';

/** The tree of groups as `ansible-inventory --graph` prints it, with some of the hosts. */
export function inventoryGraph({ groups }: Inventory, nodes: readonly Node[]): string {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const shown = new Set(nodes.map(({ name }) => name));
  const linesOf = (name: string): readonly string[] => {
    const { children = [], hosts = [] } = byName.get(name) ?? {};
    // Hosts of `all` itself are shown in the groups that they are in, `ungrouped` at least.
    const own = name === 'all' ? [] : hosts.filter((host) => shown.has(host));
    const inside = [...children.flatMap(linesOf), ...own];
    return [`@${name}:`, ...inside.map((line) => `  |${line.startsWith(' ') ? line : `--${line}`}`)];
  };
  return linesOf('all')
    .map((line) => `${line}\n`)
    .join('');
}
