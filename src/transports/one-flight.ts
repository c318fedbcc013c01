import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Identity } from './identity.ts';
import { algorithmOf, disguise } from './offer-key.ts';
import { runAhead } from './run-ahead.ts';
import { type Insides, insidesOf } from './ssh2-insides.ts';
import type { FirstCommand, Finished } from './transport.ts';
import type { Login, LogInHandler } from './try-in-turn.ts';

/**
 * A log-in whose answers are not waited for, with the first command behind it. Right after NEWKEYS (RFC 4253 7.3) go, in
 * one flight: the request for the service (RFC 4253 10), the key with its signature without asking whether it would do
 * (RFC 4252 7), the channel, the command, its input and the end of it (RFC 4254 5.1, 6.5, 5.2, 5.3). sshd reads them one
 * after the other, so that the command starts as if each answer had been waited for. Where it refuses the log-in, it
 * answers what is behind it with UNIMPLEMENTED (RFC 4253 11.4), and nothing runs.
 */
export interface Flight {
  /** For ssh2: holds the ordinary log-in back until the server has refused this one, or none was sent. */
  readonly handler: LogInHandler;
  /** The command was sent, and the server has not said yet whether it accepts the log-in before it. */
  inTheAir(): boolean;
  /** What becomes of the command; undefined where it was not sent, or will not run. */
  outcome(): Promise<Result<Finished>> | undefined;
}

export interface FlightPlan {
  readonly node: Node;
  readonly stream: Duplex;
  /** The ordinary log-in. */
  readonly login: Login;
  readonly first: FirstCommand | undefined;
  /** The server has shown a host key that is trusted. */
  readonly verified: () => boolean;
}

/** Prepares a flight for a client whose `connect` was called; undefined when the log-in is to be the ordinary one. */
export function prepareFlight(client: Client, plan: FlightPlan): Flight | undefined {
  const insides = insidesOf(client);
  const key = plan.login.firstKey;
  // Whoever has to do something before a key signs is asked only when the server takes the key.
  return insides === undefined || key === undefined || key.asks
    ? undefined
    : prepare(client, insides, key, plan);
}

function prepare(client: Client, insides: Insides, key: Identity, plan: FlightPlan): Flight {
  const { node, stream, first, login } = plan;
  const { protocol, handlers } = insides;
  let state: 'waiting' | 'signing' | 'sent' | 'accepted' | 'over' = 'waiting';
  let outcome: Promise<Result<Finished>> | undefined;
  let goOn = (_methods: readonly string[] | null, _partial: boolean | null): void => undefined;

  // OpenSSH knows rsa-sha2-512 since 7.2; where it is told not to take it, ssh2 tries the key again with another one.
  const isRsa = algorithmOf(key.blob) === 'ssh-rsa';
  const algorithm = isRsa ? 'rsa-sha2-512' : algorithmOf(key.blob);

  const takeOff = (): void => {
    if (!plan.verified() || !isOpenssh(insides.remoteSoftware()) || !stream.writable) {
      state = 'over';
      return;
    }
    state = 'signing';
    protocol.authPK(
      node.connection.user,
      disguise(key.blob),
      algorithm,
      (data, send) => void sign(data, send),
    );
  };

  const sign = async (data: Buffer, send: (signature: Buffer) => void): Promise<void> => {
    const hash = algorithm.startsWith('rsa-sha2-512') ? 'sha512' : undefined;
    const signature = await key.sign(data, hash).catch(() => undefined);
    if (signature === undefined || !stream.writable) return leaveIt(null, null);
    send(signature);
    state = 'sent';
    if (first?.mayStart() === true)
      outcome = runAhead(node, { client, protocol, stream }, first, () => state === 'accepted');
  };

  /** To the ordinary log-in. What was sent behind a refused one did not run: ssh2 is told that there is no channel. */
  const leaveIt = (methods: readonly string[] | null, partial: boolean | null): void => {
    state = 'over';
    if (outcome !== undefined) handlers.CHANNEL_OPEN_FAILURE(protocol, 0, 1, 'the log-in was refused');
    Reflect.deleteProperty(protocol, 'exec');
    outcome = undefined;
    goOn(methods, partial);
  };

  const { USERAUTH_FAILURE, DISCONNECT } = handlers;
  handlers.USERAUTH_FAILURE = (self, methods, partial) => {
    if (state !== 'sent') return USERAUTH_FAILURE(self, methods, partial);
    login.onRefusal(methods, partial);
    if (!isRsa) login.dropFirstKey();
    leaveIt(methods, partial);
  };
  // Said before the log-in was accepted it is a refusal too, as beyond MaxAuthTries.
  handlers.DISCONNECT = (self, reason, description) => {
    if (state === 'sent') {
      state = 'over';
      outcome = undefined;
    }
    DISCONNECT(self, reason, description);
  };
  client.once('ready', () => {
    state = state === 'sent' ? 'accepted' : state;
  });
  // ssh2 asks for the service right after this event.
  client.once('handshake', () => process.nextTick(takeOff));

  return {
    handler: (methods, partial, next) => {
      if (state === 'over') return login.handler(methods, partial, next);
      goOn = (left, isPartial) => {
        const method = login.handler(left, isPartial, next);
        // Against its types, ssh2 takes false here too.
        if (method !== undefined) Reflect.apply(next, undefined, [method]);
      };
      return undefined;
    },
    inTheAir: () => state === 'sent' && outcome !== undefined,
    outcome: () => outcome,
  };
}

/** Servers known to read ahead as told above: OpenSSH since 7.2. */
function isOpenssh(software: string | undefined): boolean {
  const [, major, minor] = /^OpenSSH_(\d+)\.(\d+)/u.exec(software ?? '') ?? [];
  return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 2);
}
