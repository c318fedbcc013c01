import { connect, type Socket } from 'node:net';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { onAbort } from './on-abort.ts';
import type { ConnectOptions } from './transport.ts';
import { unreachable } from './trouble.ts';

/** Opens a TCP connection to a node; of the addresses of a name only those of one family, where it is given. */
export function openSocket(
  node: Node,
  { timeoutSeconds, signal }: ConnectOptions,
  family: 0 | 4 | 6 = 0,
): Promise<Result<Socket>> {
  if (signal?.aborted === true) return Promise.resolve(fail(aborted(node)));
  const { host, port } = node.connection;
  return new Promise((resolve) => {
    const socket = connect({ host, port, family, noDelay: true });
    const settle = (result: Result<Socket>) => {
      clearTimeout(timer);
      stopListening();
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle(fail(noAnswer(node, timeoutSeconds))), timeoutSeconds * 1000);
    const stopListening = onAbort(signal, () => settle(fail(aborted(node))));
    socket.on('error', (error) => settle(fail(socketTrouble(node, error))));
    socket.once('connect', () => settle(ok(socket)));
  });
}

/** The run was interrupted while a connection was being made. */
export function aborted(node: Node): Diagnostic {
  return unreachable(node, 'aborted', 'interrupted before it was made');
}

/** A plain sentence for what the operating system says about a socket. */
export function socketTrouble(node: Node, error: Error): Diagnostic {
  const { host, port } = node.connection;
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(
        node,
        'refused',
        `nothing listens on port ${port}; an SSH server is wanted there`,
        'is sshd running on the node, and is the port the right one (ansible_port)?',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(
        node,
        'name-not-found',
        `the name ${host} does not resolve`,
        'mend ansible_host in the inventory, or the DNS or /etc/hosts of this machine',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return unreachable(
        node,
        'no-route',
        `no way to ${host} (${code})`,
        'is the node up, and this machine in a network that reaches it?',
      );
    case 'ETIMEDOUT':
      return unreachable(
        node,
        'timeout',
        'no answer',
        'is the node up, and does a firewall let this machine in?',
      );
    case 'ECONNRESET':
    case 'EPIPE':
    // Of a way through a command, since Node 22.
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return unreachable(
        node,
        'reset',
        'the connection was reset while logging in',
        'does a firewall or fail2ban on the node ban this machine, or is sshd overloaded (MaxStartups)?',
      );
    default:
      return unreachable(node, 'failed', error.message);
  }
}

/** Nobody answered in time. */
export function noAnswer(node: Node, timeoutSeconds: number): Diagnostic {
  return unreachable(
    node,
    'timeout',
    `no answer within ${timeoutSeconds} s`,
    'is the node up, and does a firewall let this machine in?',
  );
}
