import type { Node } from '../inventory/node.ts';
import type { Surroundings } from './surroundings.ts';
import type { Transport } from './transport.ts';

type Kind = NonNullable<Node['connection']['transport']>;

/** The transport that each node asks for. Only those that nodes ask for are loaded. */
export function createTransportByNode(surroundings?: Surroundings): Transport {
  const made = new Map<Kind, Promise<Transport>>();
  return {
    connect: async (node, options) => {
      const kind = node.connection.transport ?? 'ssh';
      const transport = made.get(kind) ?? make(kind, surroundings);
      made.set(kind, transport);
      return (await transport).connect(node, options);
    },
  };
}

async function make(kind: Kind, surroundings: Surroundings | undefined): Promise<Transport> {
  switch (kind) {
    case 'ssh':
      return (await import('./ssh.ts')).createSshTransport(surroundings);
    case 'openssh':
      return (await import('./openssh.ts')).createOpensshTransport();
    case 'local':
      return (await import('./local.ts')).createLocalTransport();
  }
}
