import type { Exec } from '../apply/exec.ts';
import type { Become, Node } from '../inventory/node.ts';
import type { Who } from '../playbook/run-state.ts';
import type { Fleet } from './connect.ts';

/** Runs shell text on a host as another user than the inventory says, over the connection that it has. */
export function execAs({ nodes, pool }: Pick<Fleet, 'nodes' | 'pool'>): (who: Who | null) => Exec {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (who) => (host, script, options) => {
    const node = byName.get(host);
    if (node === undefined) throw new Error(`${host} is no host of this run`);
    const become = becomeOf(node, who);
    return pool.exec(node, script, become === 'as ever' ? options : { ...options, become });
  };
}

/** Names who runs a host's commands then: the host alone, where that is who the inventory says. */
export function nameAs({ nodes }: Pick<Fleet, 'nodes'>): (host: string, who: Who | null) => string {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (host, who) => {
    const node = byName.get(host);
    const become = node === undefined ? 'as ever' : becomeOf(node, who);
    return become === 'as ever' ? host : `${host} as ${become?.user ?? 'itself'}`;
  };
}

/** Whom a host's commands become then; null: nobody. */
function becomeOf({ connection }: Node, who: Who | null): Become | null | 'as ever' {
  const { become, user: logsInAs } = connection;
  if (who === null) return become === undefined ? 'as ever' : null;
  const { user } = who;
  const method = methodOf(who.method ?? become?.method, logsInAs);
  if (become?.user === user && become.method === method) return 'as ever';
  if (become === undefined && logsInAs === user) return 'as ever';
  const password = become?.password;
  return { method, user, ...(password !== undefined && { password }) };
}

/** Nodes have no sudo of their own, and root needs none. */
function methodOf(method: string | undefined, logsInAs: string): Become['method'] {
  if (method === 'su' || method === 'sudo') return method;
  return logsInAs === 'root' ? 'su' : 'sudo';
}
