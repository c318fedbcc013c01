import type { Socket } from 'node:net';
import ssh2, { type Algorithms, type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin } from '../text/sh-quote.ts';
import { hostKeyRefusal, noKnownTypeRefusal } from './host-key.ts';
import type { Identities } from './identities.ts';
import { type HostLines, judgeHostKey, knownTypes } from './known-hosts.ts';
import { onAbort } from './on-abort.ts';
import { aborted, socketTrouble } from './open-socket.ts';
import type { ConnectOptions } from './transport.ts';
import { unreachable } from './trouble.ts';

/** Seconds without a word from the node after which it is asked for one; three unanswered end the connection. */
const keepaliveSeconds = 15;

/** What a log-in needs: an open socket, the known_hosts lines of the server, the keys to try. */
export interface LogIn {
  readonly socket: Socket;
  readonly lines: HostLines;
  readonly identities: Identities;
}

/** Shakes hands with the server on a socket, checks its host key, and logs in. */
export function logIn(
  node: Node,
  { socket, lines, identities }: LogIn,
  { timeoutSeconds, signal }: ConnectOptions,
): Promise<Result<Client>> {
  if (socket.destroyed) return Promise.resolve(fail(closedTrouble(node, '')));
  const client = new ssh2.Client();
  let refused: Diagnostic | undefined;
  const login = tryInTurn(node.connection.user, identities);
  let greeting = '';
  return new Promise((resolve) => {
    const settle = (result: Result<Client>) => {
      stopListening();
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const stopListening = onAbort(signal, () => settle(fail(aborted(node))));
    if (signal?.aborted === true) return settle(fail(aborted(node)));
    client.once('ready', () => settle(ok(client)));
    client.once('close', () => settle(fail(closedTrouble(node, greeting))));
    client.on('error', (error) => {
      if (login.exhausted) settle(fail(refusedKeys(node, login, identities)));
      else if (!isPassing(error)) {
        settle(fail(refused ?? logInTrouble(node, error, lines, { timeoutSeconds, greeting })));
      }
    });
    client.connect({
      sock: socket,
      username: node.connection.user,
      readyTimeout: timeoutSeconds * 1000,
      keepaliveInterval: keepaliveSeconds * 1000,
      algorithms: algorithms(lines),
      hostVerifier: (key: Buffer) => {
        refused = hostKeyRefusal(node, judgeHostKey(lines, key), key);
        return refused === undefined;
      },
      authHandler: login.handler,
    });
    // ssh2 has paused the socket, so this takes nothing away from it.
    socket.once('data', (chunk) => {
      greeting = chunk.toString('latin1', 0, 200);
    });
  });
}

/** How far a log-in came. */
interface Login {
  readonly handler: NonNullable<Exclude<ConnectConfig['authHandler'], readonly unknown[]>>;
  /** Every key was refused. */
  exhausted: boolean;
  /** What the server said it takes, where ssh2 tells: not for keys of the agent. */
  accepted: readonly string[];
}

/** Offers the keys one after the other. */
function tryInTurn(user: string, identities: Identities): Login {
  const left = [...identities.usable];
  const login: Login = {
    exhausted: false,
    accepted: [],
    handler: (methods: readonly string[] | null) => {
      login.accepted = methods ?? login.accepted;
      const identity = methods === null || methods.includes('publickey') ? left.shift() : undefined;
      login.exhausted = identity === undefined;
      return identity === undefined ? false : identity.method(user);
    },
  };
  return login;
}

/** AES-GCM and curve25519 first; of host keys only the types that known_hosts has for the server, all when it has none. */
function algorithms(lines: HostLines): Algorithms {
  const types = knownTypes(lines).flatMap(hostKeyAlgorithms);
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
      'aes128-ctr',
      'aes256-ctr',
    ],
    compress: ['none'],
    serverHostKey: types.length > 0 ? types : allTypes.flatMap(hostKeyAlgorithms),
  };
}

const allTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
];

/** The signature algorithms of a key type; RSA with SHA-1 is not among them. */
function hostKeyAlgorithms(type: string): ServerHostKeyAlgorithm[] {
  switch (type) {
    case 'ssh-ed25519':
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [type];
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    default:
      return [];
  }
}

/** ssh2 tells of a key that it could not use, and goes on to the next. */
function isPassing(error: Error): boolean {
  return 'level' in error && (error.level === 'agent' || error.level === 'client-authentication');
}

function refusedKeys(node: Node, login: Login, identities: Identities): Diagnostic {
  const { host, port, user } = node.connection;
  const tried = [...identities.usable.map((identity) => identity.label), ...identities.passedOver].join(', ');
  const takes =
    login.accepted.length === 0 || login.accepted.includes('publickey')
      ? ''
      : `; it takes only ${login.accepted.join(', ')}, and a key is wanted`;
  const file = node.connection.keyFile === undefined ? [] : ['-i', node.connection.keyFile];
  return unreachable(
    node,
    'login-refused',
    `the server refuses every key for ${user}: tried ${tried}${takes}`,
    `let one of them in on the node with ${shJoin(['ssh-copy-id', ...file, '-p', String(port), `${user}@${host}`])}, or name another with ansible_ssh_private_key_file (user: ansible_user)`,
  );
}

/** The server closed the connection; what it said first may tell why ("Exceeded MaxStartups"), or that it is no SSH server. */
function closedTrouble(node: Node, greeting: string): Diagnostic {
  const [said = ''] = greeting.split(/[\r\n]/u);
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
function logInTrouble(
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
      'name the right key with ansible_ssh_private_key_file in the inventory, so that no other is tried',
    );
  if (/lost before handshake/u.test(message)) return closedTrouble(node, greeting);
  return unreachable(node, 'handshake', `the SSH handshake failed: ${message}`);
}
