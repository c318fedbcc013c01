import { localUser } from '../files/local-user.ts';
import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';

/** Ansible's name of the machine that the controller runs on. */
const NAME = 'localhost';

interface Hosts {
  readonly inventory: Inventory;
  readonly nodes: readonly Node[];
}

/**
 * With this machine, as playbooks have it whether the inventory names it or not: in no group, so `all` does not mean it,
 * and reached without a connection. A host of that name in the inventory is meant before it.
 */
export function withLocalhost<Of extends Hosts>(hosts: Of): Of {
  const { inventory, nodes } = hosts;
  if (inventory.nodes.some(({ name }) => name === NAME)) return hosts;
  const here: Node = {
    name: NAME,
    groups: [],
    variables: { ansible_connection: 'local' },
    connection: { host: NAME, port: 22, user: localUser(), knownHosts: [], transport: 'local' },
  };
  return {
    ...hosts,
    inventory: { ...inventory, nodes: [...inventory.nodes, here] },
    nodes: [...nodes, here],
  };
}
