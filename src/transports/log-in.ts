import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type AnyAuthMethod, type Client } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import { useFastExchange } from './fast-exchange.ts';
import { hostKeyRefusal } from './host-key.ts';
import type { Identities, Identity } from './identities.ts';
import { type HostLines, judgeHostKey } from './known-hosts.ts';
import { closedTrouble, logInTrouble, refusedKeys } from './log-in-trouble.ts';
import { onAbort } from './on-abort.ts';
import { type Flight, type LogInHandler, prepareFlight } from './one-flight.ts';
import { aborted } from './open-socket.ts';
import type { FindPassword } from './passwords.ts';
import type { Route } from './route.ts';
import { declineHostKeys } from './ssh2-insides.ts';
import type { Connection, ConnectOptions } from './transport.ts';

/** Seconds without a word from the node after which it is asked for one; three unanswered end the connection. */
const keepaliveSeconds = 15;

/** What a log-in needs: an open way to the server, its known_hosts lines, what to offer it, the keys to try, then the password. */
export interface LogIn {
  readonly stream: Duplex;
  readonly lines: HostLines;
  readonly algorithms: Algorithms;
  readonly identities: Identities;
  readonly password: FindPassword;
}

/** A client that is logged in, and what becomes of the command that was sent with the log-in. */
export interface LoggedInClient extends Pick<Connection, 'first'> {
  readonly client: Client;
  /** Fulfilled when the connection has ended. */
  readonly gone: Promise<void>;
}

/** Shakes hands with the server on a stream, checks its host key, and logs in. The time-out rests while the user is asked. */
export function logIn(
  { node, knownAs }: Route,
  { stream, lines, algorithms, identities, password }: LogIn,
  { timeoutSeconds, signal, first }: ConnectOptions,
): Promise<Result<LoggedInClient>> {
  if (stream.destroyed) return Promise.resolve(fail(closedTrouble(node, '')));
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
      stopListening();
      if (!result.ok) stream.destroy();
      const outcome = flight?.outcome();
      // A command that may have run is not to be sent again: it has its outcome, on a connection that is closed.
      if (result.ok || flight?.inTheAir() === true)
        return resolve(ok({ client, gone, ...(outcome !== undefined && { first: outcome }) }));
      resolve(result);
    };
    const giveUp = (error: Error) =>
      settle(fail(refused ?? logInTrouble(node, error, lines, { timeoutSeconds, greeting })));
    const startClock = () => {
      clearTimeout(timer);
      timer = setTimeout(
        () => giveUp(Object.assign(new Error('time-out'), { level: 'client-timeout' })),
        timeoutSeconds * 1000,
      );
    };
    const keys = [...identities.usable];
    const login = tryInTurn(node.connection.user, keys, async () => {
      clearTimeout(timer);
      const found = await password(node);
      startClock();
      return found;
    });
    const stopListening = onAbort(signal, () => settle(fail(aborted(node))));
    if (signal?.aborted === true) return settle(fail(aborted(node)));
    startClock();
    client.once('ready', () => settle(ok(client)));
    client.once('close', () => settle(fail(closedTrouble(node, greeting))));
    client.on('error', (error) => {
      if (login.exhausted)
        settle(fail(refusedKeys(node, { accepted: login.accepted, password: login.password }, identities)));
      else if (!isPassing(error)) giveUp(error);
    });
    client.connect({
      sock: stream,
      username: node.connection.user,
      readyTimeout: 0,
      keepaliveInterval: keepaliveSeconds * 1000,
      algorithms,
      hostVerifier: (key: Buffer) => {
        refused = hostKeyRefusal(node, judgeHostKey(lines, key), key, knownAs);
        verified = refused === undefined;
        return verified;
      },
      authHandler: (methods, partial, next) => (flight?.handler ?? login.handler)(methods, partial, next),
    });
    declineHostKeys(client);
    useFastExchange(client);
    flight = prepareFlight(client, {
      node,
      stream,
      identity: keys[0],
      first,
      verified: () => verified,
      ordinary: login.handler,
      refused: () => keys.shift(),
    });
    // ssh2 has paused the stream, so this takes nothing away from it.
    stream.once('data', (chunk: Buffer) => {
      greeting = chunk.toString('latin1', 0, 200);
    });
  });
}

/** How far a log-in came. */
interface Login {
  readonly handler: LogInHandler;
  /** All was refused. */
  exhausted: boolean;
  /** What the server said it takes, where ssh2 tells: not for keys of the agent. */
  accepted: readonly string[];
  /** A password was sent. */
  password: boolean;
}

/** Offers the keys one after the other, then the password in each way that the server takes. */
function tryInTurn(user: string, keys: Identity[], findPassword: () => Promise<string | undefined>): Login {
  const ways = ['password', 'keyboard-interactive'] as const;
  const tried = new Set<string>();
  const login: Login = {
    exhausted: false,
    accepted: [],
    password: false,
    handler: (methods, _partial, next) => {
      login.accepted = methods ?? login.accepted;
      const key = methods === null || methods.includes('publickey') ? keys.shift() : undefined;
      const way = ways.find((name) => login.accepted.includes(name) && !tried.has(name));
      if (key !== undefined) return key.method(user);
      // Nothing is known of what a server takes before it has refused something.
      if (methods === null) return { type: 'none', username: user };
      if (way === undefined) {
        login.exhausted = true;
        return false;
      }
      tried.add(way);
      void findPassword().then((found) => {
        login.password ||= found !== undefined;
        // To ask for nothing makes the server refuse once more, and so ends the log-in.
        next(found === undefined ? { type: 'none', username: user } : passwordMethod(way, user, found));
      });
      return undefined;
    },
  };
  return login;
}

/** A prompt that does not show what is typed asks for the password; others are answered with nothing. */
function passwordMethod(
  way: 'password' | 'keyboard-interactive',
  username: string,
  password: string,
): AnyAuthMethod {
  if (way === 'password') return { type: way, username, password };
  return {
    type: way,
    username,
    prompt: (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(({ echo }) => (echo === true ? '' : password))),
  };
}

/** ssh2 tells of a key that it could not use, and goes on to the next. */
function isPassing(error: Error): boolean {
  return 'level' in error && (error.level === 'agent' || error.level === 'client-authentication');
}
