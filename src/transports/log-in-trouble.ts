import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin } from '../text/sh-quote.ts';
import { noKnownTypeRefusal } from './host-key.ts';
import type { Identities } from './identities.ts';
import { type HostLines, knownTypes } from './known-hosts.ts';
import { socketTrouble } from './open-socket.ts';
import { unreachable } from './trouble.ts';

/** What is known of a log-in that was refused. */
interface Refused {
  /** The methods that the server takes, as far as it told. */
  readonly accepted: readonly string[];
  /** A password was among what it refused. */
  readonly password: boolean;
}

/** The server refused every key, and the password where there was one. */
export function refusedKeys(node: Node, { accepted, password }: Refused, identities: Identities): Diagnostic {
  const { host, port, user } = node.connection;
  const labels = [...identities.usable.map((identity) => identity.label), ...identities.passedOver];
  const tried = [...labels, ...(password ? ['the password'] : [])].join(', ') || 'nothing';
  const what = password ? (labels.length > 0 ? 'every key, and the password,' : 'the password') : 'every key';
  const takes =
    accepted.length === 0 || accepted.includes('publickey')
      ? ''
      : `; it takes only ${accepted.join(', ')}, and a ${password ? 'right password' : 'key'} is wanted`;
  const file = node.connection.keyFile === undefined ? [] : ['-i', node.connection.keyFile];
  return unreachable(
    node,
    'login-refused',
    `the server refuses ${what} for ${user}: tried ${tried}${takes}`,
    `let one of them in on the node with ${shJoin(['ssh-copy-id', ...file, '-p', String(port), `${user}@${host}`])}, or name another with ansible_ssh_private_key_file (user: ansible_user, password: ansible_password)`,
  );
}

/** The server closed the connection; what it said first may tell why ("Exceeded MaxStartups"), or that it is no SSH server. */
export function closedTrouble(node: Node, greeting: string): Diagnostic {
  const [said = ''] = greeting.split(/[\r\n]/u);
  if (said === 'Exceeded MaxStartups')
    return unreachable(
      node,
      'dropped',
      'sshd takes no more log-ins at the moment ("Exceeded MaxStartups")',
      'is somebody else logging in there in numbers? MaxStartups in sshd_config says how many may at once',
    );
  if (said === 'Not allowed at this time')
    return unreachable(
      node,
      'dropped',
      'sshd refuses this machine for a while ("Not allowed at this time"), as it does after failed log-ins',
      'wait a minute, and mend the user or key that it refused before; PerSourcePenalties in sshd_config says how long it lasts',
    );
  if (said === '' || said.startsWith('SSH-')) {
    return unreachable(
      node,
      'reset',
      'the server closed the connection while logging in',
      'does the node ban this machine (fail2ban), or is sshd overloaded (MaxStartups)?',
    );
  }
  return unreachable(
    node,
    'not-ssh',
    `it says ${JSON.stringify(said.slice(0, 60))} and closes; an SSH server is wanted there`,
    'is the port the right one (ansible_port), and is sshd not overloaded (MaxStartups)?',
  );
}

/** What is known of a log-in beside ssh2's error. */
interface Seen {
  readonly timeoutSeconds: number;
  /** The first bytes from the server. */
  readonly greeting: string;
}

/** Why the handshake or log-in failed, from what ssh2 reports. */
export function logInTrouble(
  node: Node,
  error: Error,
  lines: HostLines,
  { timeoutSeconds, greeting }: Seen,
): Diagnostic {
  const { message } = error;
  const level = 'level' in error ? error.level : undefined;
  if (level === 'client-socket') return socketTrouble(node, error);
  if (level === 'client-timeout')
    return unreachable(
      node,
      'timeout',
      `connected, but not logged in within ${timeoutSeconds} s`,
      'is sshd on the node overloaded, or does another program listen on that port?',
    );
  if (/no matching host key/u.test(message) && knownTypes(lines).length > 0)
    return noKnownTypeRefusal(
      node,
      lines.own.filter((line) => line.marker === undefined),
    );
  if (/Too many authentication failures/u.test(message))
    return unreachable(
      node,
      'login-refused',
      'the server ended the log-in after too many keys',
      'name the right key with ansible_ssh_private_key_file in the inventory, or with IdentityFile and IdentitiesOnly in ~/.ssh/config, so that no other is tried',
    );
  if (/lost before handshake/u.test(message)) return closedTrouble(node, greeting);
  return unreachable(node, 'handshake', `the SSH handshake failed: ${message}`);
}
