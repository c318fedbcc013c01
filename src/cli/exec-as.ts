import type { Exec } from '../apply/exec.ts';
import type { Become, Node } from '../inventory/node.ts';
import type { Who } from '../playbook/run-state.ts';
import type { Fleet } from './connect.ts';

/** Runs shell text on a host as another user than the inventory says, over a connection of its own. */
export function execAs({ nodes, pool }: Pick<Fleet, 'nodes' | 'pool'>): (who: Who | null) => Exec {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (who) => (host, script, options) => {
    const node = byName.get(host);
    if (node === undefined) throw new Error(`${host} is no host of this run`);
    return pool.exec(nodeAs(node, who), script, options);
  };
}

/** Names who runs a host's commands then: the host alone, where that is who the inventory says. */
export function nameAs({ nodes }: Pick<Fleet, 'nodes'>): (host: string, who: Who | null) => string {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (host, who) => {
    const node = byName.get(host);
    return node === undefined ? host : nodeAs(node, who).name;
  };
}

function nodeAs(node: Node, who: Who | null): Node {
  const { become, ...connection } = node.connection;
  if (who === null)
    return become === undefined ? node : { ...node, name: `${node.name} as itself`, connection };
  const { user } = who;
  const method = methodOf(who.method ?? become?.method, connection.user);
  if (become?.user === user && become.method === method) return node;
  if (become === undefined && connection.user === user) return node;
  const password = become?.password;
  const wanted: Become = { method, user, ...(password !== undefined && { password }) };
  return { ...node, name: `${node.name} as ${user}`, connection: { ...connection, become: wanted } };
}

/** Nodes have no sudo of their own, and root needs none. */
function methodOf(method: string | undefined, logsInAs: string): Become['method'] {
  if (method === 'su' || method === 'sudo') return method;
  return logsInAs === 'root' ? 'su' : 'sudo';
}
