import type { Socket } from 'node:net';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { algorithmsFor } from './algorithms.ts';
import { hostKeyRefusal } from './host-key.ts';
import type { Identities } from './identities.ts';
import { type HostLines, judgeHostKey } from './known-hosts.ts';
import { closedTrouble, logInTrouble, refusedKeys } from './log-in-trouble.ts';
import { onAbort } from './on-abort.ts';
import { aborted } from './open-socket.ts';
import type { ConnectOptions } from './transport.ts';

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
      if (login.exhausted) settle(fail(refusedKeys(node, login.accepted, identities)));
      else if (!isPassing(error)) {
        settle(fail(refused ?? logInTrouble(node, error, lines, { timeoutSeconds, greeting })));
      }
    });
    client.connect({
      sock: socket,
      username: node.connection.user,
      readyTimeout: timeoutSeconds * 1000,
      keepaliveInterval: keepaliveSeconds * 1000,
      algorithms: algorithmsFor(lines),
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

/** ssh2 tells of a key that it could not use, and goes on to the next. */
function isPassing(error: Error): boolean {
  return 'level' in error && (error.level === 'agent' || error.level === 'client-authentication');
}
