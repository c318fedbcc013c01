import { localUser } from '../files/local-user.ts';
import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';

/** Ansible's name of the machine that the controller runs on. */
export const LOCALHOST = 'localhost';

/** Another one, which old playbooks have. */
export const LOOPBACK = '127.0.0.1';

interface Hosts {
  readonly inventory: Inventory;
  readonly nodes: readonly Node[];
}

/**
 * With this machine by its names, as playbooks have it whether the inventory names it or not: in no group, so `all` does not
 * mean it, but with the variables of `all`, and reached without a connection; commands begin in `directory`. A host of that
 * name in the inventory is meant before it.
 */
export function withLocalhost<Of extends Hosts>(hosts: Of, names: readonly string[], directory: string): Of {
  const { inventory, nodes } = hosts;
  const variables = { ...inventory.ofLocalhost, ansible_connection: 'local' };
  const here = names
    .filter((name) => inventory.nodes.every((node) => node.name !== name))
    .map((name): Node => {
      const connection = {
        host: name,
        port: 22,
        user: localUser(),
        knownHosts: [],
        transport: 'local',
        directory,
      } as const;
      return { name, groups: [], variables, connection, isImplicit: true };
    });
  return {
    ...hosts,
    inventory: { ...inventory, nodes: [...inventory.nodes, ...here] },
    nodes: [...nodes, ...here],
  };
}
