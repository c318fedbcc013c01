import type { ConnectionOptions, Node } from '../../src/inventory/node.ts';

/** A node that nothing is known of but how to reach it. */
export function testNode(name: string, connection: Partial<ConnectionOptions> = {}): Node {
  return {
    name,
    groups: ['all'],
    variables: {},
    connection: { host: '127.0.0.1', port: 1, user: 'root', knownHosts: [], ...connection },
  };
}
