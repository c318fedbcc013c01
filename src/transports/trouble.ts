import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';

/** A node that no connection can be made to: "Cannot connect to pve1 (root@10.0.0.1 port 22): <what is>". */
export function unreachable(node: Node, code: string, whatIs: string, hint?: string): Diagnostic {
  const { host, port, user } = node.connection;
  const message = `Cannot connect to ${node.name} (${user}@${host} port ${port}): ${whatIs}`;
  return diagnostic(node, 'unreachable', code, message, hint);
}

/** A command that has no end that we know of: 'Cannot finish "qm start 100" on pve1: <what is>'. */
export function unfinished(
  node: Node,
  code: string,
  command: string,
  whatIs: string,
  hint?: string,
): Diagnostic {
  return diagnostic(
    node,
    'failed',
    code,
    `Cannot finish "${firstWords(command)}" on ${node.name}: ${whatIs}`,
    hint,
  );
}

function diagnostic(
  node: Node,
  trouble: 'failed' | 'unreachable',
  code: string,
  message: string,
  hint?: string,
): Diagnostic {
  const found = { code: `transport/${code}`, severity: 'error', trouble, message, host: node.name } as const;
  return hint === undefined ? found : { ...found, hint };
}

/** What messages call a command: its first line, at most 60 characters of it. */
export function firstWords(command: string): string {
  const [first = ''] = command.split('\n');
  // A script may say in its first line what it is.
  const line = first.replace(/^# /u, '');
  return first === command && line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
