import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { foldNodeSet } from '../inventory/node-set.ts';
import { columns } from '../text/columns.ts';

/** Groups with their hosts (those of their children too) as node sets, then hosts with their addresses and groups. */
export function inventoryTable({ groups }: Inventory, nodes: readonly Node[]): string {
  const groupRows = groups.flatMap(({ name }) => {
    const members = nodes.filter((node) => node.groups.includes(name)).map((node) => node.name);
    return members.length === 0 ? [] : [[name, String(members.length), foldNodeSet(members)]];
  });
  const hostRows = nodes.map((node) => [
    node.name,
    address(node),
    node.groups.filter((name) => name !== 'all').join(', '),
  ]);
  const lines = [
    ...columns([['GROUP', 'HOSTS', 'NODE SET'], ...groupRows]),
    '',
    ...columns([['HOST', 'ADDRESS', 'GROUPS'], ...hostRows]),
  ];
  return `${lines.join('\n')}\n`;
}

/** user@host, and the port when it is not 22; an IPv6 address stands in brackets before a port. */
function address({ connection: { host, port, user } }: Node): string {
  if (port === 22) return `${user}@${host}`;
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}
