import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import { hostKeyRefusal } from './host-key.ts';
import type { Identities } from './identities.ts';
import { type HostLines, judgeHostKey } from './known-hosts.ts';
import { closedTrouble, logInTrouble, refusedLogin } from './log-in-trouble.ts';
import { offersAnyKey } from './offer-key.ts';
import { onAbort } from './on-abort.ts';
import { aborted } from './open-socket.ts';
import type { FindPassword } from './passwords.ts';
import type { Route } from './route.ts';
import type { Surroundings } from './surroundings.ts';
import type { ConnectOptions } from './transport.ts';
import { tryInTurn } from './try-in-turn.ts';

/** What a log-in needs: an open way to the server, its known_hosts lines, what to offer it, the keys to try, then the password. */
export interface LogIn {
  readonly stream: Duplex;
  readonly lines: HostLines;
  readonly algorithms: Algorithms;
  readonly identities: Identities;
  readonly password: FindPassword;
  readonly seeHostKey?: Surroundings['seeHostKey'];
}

/** Shakes hands with the server on a stream, checks its host key, and logs in. The time-out rests while the user is asked. */
export function logIn(
  route: Route,
  { stream, lines, algorithms, identities, password, seeHostKey }: LogIn,
  { timeoutSeconds, signal }: ConnectOptions,
): Promise<Result<Client>> {
  const { node, keepalive } = route;
  if (stream.destroyed) return Promise.resolve(fail(closedTrouble(node, '')));
  if (signal?.aborted === true) return Promise.resolve(fail(aborted(node)));
  const client = new ssh2.Client();
  let refused: Diagnostic | undefined;
  let greeting = '';
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (result: Result<Client>) => {
      clearTimeout(timer);
      timer = undefined;
      stopListening();
      if (!result.ok) stream.destroy();
      resolve(result);
    };
    const giveUp = (error: Error) =>
      settle(fail(refused ?? logInTrouble(route, error, lines, { timeoutSeconds, greeting })));
    const startClock = () => {
      timer = setTimeout(
        () => giveUp(Object.assign(new Error('time-out'), { level: 'client-timeout' })),
        timeoutSeconds * 1000,
      );
    };
    const resting = async <T>(work: () => Promise<T>): Promise<T> => {
      clearTimeout(timer);
      try {
        return await work();
      } finally {
        // Settled meanwhile, the log-in has no clock any more.
        if (timer !== undefined) startClock();
      }
    };
    const stopListening = onAbort(signal, () => settle(fail(aborted(node))));
    const login = tryInTurn(route, identities, { password, resting });
    startClock();
    client.once('ready', () => settle(ok(client)));
    client.once('close', () => settle(fail(closedTrouble(node, greeting))));
    client.on('error', (error) => {
      if (login.exhausted) settle(fail(refusedLogin(node, login, identities)));
      else if (!isPassing(error)) giveUp(error);
    });
    client.connect({
      sock: stream,
      username: node.connection.user,
      readyTimeout: 0,
      keepaliveInterval: keepalive.seconds * 1000,
      keepaliveCountMax: keepalive.unanswered,
      algorithms,
      hostVerifier: (key: Buffer) => {
        const verdict = judgeHostKey(lines, key);
        seeHostKey?.({ node, knownAs: route.knownAs, key, verdict });
        refused = hostKeyRefusal(route, verdict, key);
        return refused === undefined;
      },
      authHandler: login.handler,
    });
    offersAnyKey(client, login.onRefusal);
    // ssh2 has paused the stream, so this takes nothing away from it.
    stream.once('data', (chunk: Buffer) => {
      greeting = chunk.toString('latin1', 0, 200);
    });
  });
}

/** ssh2 tells of a key that it could not use, and goes on to the next. */
function isPassing(error: Error): boolean {
  return 'level' in error && (error.level === 'agent' || error.level === 'client-authentication');
}
