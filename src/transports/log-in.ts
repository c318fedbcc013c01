import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import { useFastExchange } from './fast-exchange.ts';
import { hostKeyRefusal } from './host-key.ts';
import type { Identities } from './identities.ts';
import { type HostLines, judgeHostKey } from './known-hosts.ts';
import { closedTrouble, logInTrouble, refusedLogin } from './log-in-trouble.ts';
import { offersAnyKey } from './offer-key.ts';
import { onAbort } from './on-abort.ts';
import { type Flight, prepareFlight } from './one-flight.ts';
import { aborted } from './open-socket.ts';
import type { FindPassword } from './passwords.ts';
import type { Route } from './route.ts';
import { declineHostKeys } from './ssh2-insides.ts';
import type { Surroundings } from './surroundings.ts';
import type { Connection, ConnectOptions } from './transport.ts';
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

/** A client that is logged in, and what becomes of the command that was sent with the log-in. */
export interface LoggedInClient extends Pick<Connection, 'first'> {
  readonly client: Client;
  /** Fulfilled when the connection has ended. */
  readonly gone: Promise<void>;
}

/** Shakes hands with the server on a stream, checks its host key, and logs in. The time-out rests while the user is asked. */
export function logIn(
  route: Route,
  { stream, lines, algorithms, identities, password, seeHostKey }: LogIn,
  { timeoutSeconds, signal, first }: ConnectOptions,
): Promise<Result<LoggedInClient>> {
  const { node, keepalive } = route;
  if (stream.destroyed) return Promise.resolve(fail(closedTrouble(node, '')));
  if (signal?.aborted === true) return Promise.resolve(fail(aborted(node)));
  const client = new ssh2.Client();
  let refused: Diagnostic | undefined;
  let verified = false;
  let greeting = '';
  const gone = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
    stream.once('close', () => resolve());
  });
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let flight: Flight | undefined = undefined;
    const settle = (result: Result<Client>) => {
      clearTimeout(timer);
      timer = undefined;
      stopListening();
      if (!result.ok) stream.destroy();
      const outcome = flight?.outcome();
      // A command that may have run is not to be sent again: it has its outcome, on a connection that is closed.
      if (result.ok || flight?.inTheAir() === true)
        return resolve(ok({ client, gone, ...(outcome !== undefined && { first: outcome }) }));
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
        verified = refused === undefined;
        return verified;
      },
      authHandler: (methods, partial, next) => (flight?.handler ?? login.handler)(methods, partial, next),
    });
    offersAnyKey(client, login.onRefusal);
    declineHostKeys(client);
    useFastExchange(client);
    flight = prepareFlight(client, { node, stream, first, login, verified: () => verified });
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
