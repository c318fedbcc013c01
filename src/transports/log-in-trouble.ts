import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin } from '../text/sh-quote.ts';
import { type KeyRoute, noKnownTypeRefusal } from './host-key.ts';
import { type HostLines, knownTypes } from './known-hosts.ts';
import { socketTrouble } from './open-socket.ts';
import { unreachable } from './trouble.ts';

/** A key as messages name it. */
interface Labelled {
  readonly label: string;
}

/** What is known of a log-in that was refused. */
interface Refused {
  /** The methods that the server takes, as far as it told. */
  readonly accepted: readonly string[] | undefined;
  /** A password was among what it refused. */
  readonly password: boolean;
  /** Keys that it would have taken, and why nothing was signed with them. */
  readonly unsigned: ReadonlyMap<Labelled, string>;
}

/** The keys of a log-in: those tried, and those that could not be. */
interface TriedKeys {
  readonly usable: readonly Labelled[];
  readonly passedOver: readonly string[];
}

/** The server refused all that there was, or nobody unlocked what it would have taken. */
export function refusedLogin(
  node: Node,
  { accepted = [], password, unsigned }: Refused,
  { usable, passedOver }: TriedKeys,
): Diagnostic {
  const { host, port, user, keyFile } = node.connection;
  const refused = usable.filter((identity) => !unsigned.has(identity)).map(({ label }) => label);
  const locked = [...unsigned].map(([{ label }, why]) => `${label} (${why})`);
  if (locked.length > 0 && refused.length === 0 && !password)
    return unreachable(
      node,
      'key-locked',
      `the server would take the key ${locked.join(', ')}; a signature made with it is wanted`,
      'load the key with "ssh-add FILE", which asks for its passphrase, then run this again',
    );
  const tried = [...refused, ...(password ? ['the password'] : []), ...locked, ...passedOver];
  const what = password
    ? refused.length > 0
      ? 'every key, and the password,'
      : 'the password'
    : refused.length > 0
      ? 'every key'
      : 'a log-in without key and password';
  const file = keyFile === undefined ? [] : ['-i', keyFile];
  const hint =
    accepted.length === 0 || accepted.some((method) => ours.has(method))
      ? `let one of them in on the node with ${shJoin(['ssh-copy-id', ...file, '-p', String(port), `${user}@${host}`])}, or name another with ansible_ssh_private_key_file (user: ansible_user, password: ansible_password)`
      : 'let the system\'s ssh connect, with "pvefleet_transport: openssh" in the inventory, or allow keys in sshd_config on the node (PubkeyAuthentication)';
  return unreachable(
    node,
    'login-refused',
    `the server refuses ${what} for ${user}: tried ${tried.join(', ') || 'nothing'}${takesOnly(accepted, password)}`,
    hint,
  );
}

/** Methods that pvefleet's own ssh has. */
const ours: ReadonlySet<string> = new Set(['publickey', 'password', 'keyboard-interactive']);

/** What else is needed, where a key is not enough. */
function takesOnly(accepted: readonly string[], password: boolean): string {
  if (accepted.length === 0 || accepted.includes('publickey')) return '';
  const wanted = !accepted.some((method) => ours.has(method))
    ? "which pvefleet's own ssh cannot do"
    : password
      ? 'and the right password is wanted'
      : 'and a password is wanted';
  return `; it takes only ${accepted.join(', ')}, ${wanted}`;
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
  return notSsh(node, said, 'closes');
}

function notSsh(node: Node, said: string, then: string): Diagnostic {
  return unreachable(
    node,
    'not-ssh',
    `it says ${JSON.stringify(said.slice(0, 60))} and ${then}; an SSH server is wanted there`,
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
  route: KeyRoute,
  error: Error,
  lines: HostLines,
  { timeoutSeconds, greeting }: Seen,
): Diagnostic {
  const { node } = route;
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
      route,
      lines.own.filter((line) => line.marker === undefined),
    );
  if (/Too many authentication failures/u.test(message))
    return unreachable(
      node,
      'login-refused',
      'the server ended the log-in after too many keys',
      'name the right key with ansible_ssh_private_key_file in the inventory, or with IdentityFile and IdentitiesOnly in ~/.ssh/config, so that no other is tried',
    );
  if (/no matching/u.test(message))
    return unreachable(
      node,
      'algorithms',
      `the server and pvefleet's own ssh have no ${/no matching ([^\n]*)/u.exec(message)?.[1] ?? 'algorithm'} in common; one that both have is wanted (post-quantum key exchange is not among ours)`,
      'let the system\'s ssh connect, with "pvefleet_transport: openssh" in the inventory, or name what the server has in KexAlgorithms, Ciphers, MACs or HostKeyAlgorithms of ~/.ssh/config',
    );
  if (/Header line too long|Max greeting lines/u.test(message))
    return notSsh(node, greeting.split(/[\r\n]/u)[0] ?? '', 'does not stop');
  if (/lost before handshake/u.test(message)) return closedTrouble(node, greeting);
  return unreachable(node, 'handshake', `the SSH handshake failed: ${message}`);
}
