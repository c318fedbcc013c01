import type { Exec } from '../apply/exec.ts';
import type { Fleet } from './connect.ts';

/** Runs shell text on a host of the fleet, by its inventory name. */
export function execByHost({ nodes, pool }: Pick<Fleet, 'nodes' | 'pool'>): Exec {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (host, script, options) => {
    const node = byName.get(host);
    if (node === undefined) throw new Error(`${host} is no host of this run`);
    return pool.exec(node, script, options);
  };
}
