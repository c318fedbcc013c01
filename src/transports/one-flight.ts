import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, NextAuthHandler } from 'ssh2';
import type { Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Identity, Signer } from './identities.ts';
import { runAhead } from './run-ahead.ts';
import { type Insides, insidesOf } from './ssh2-insides.ts';
import type { FirstCommand, Finished } from './transport.ts';

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

/** ssh2's authHandler: says how to log in next, now or by `next`; false when there is nothing left. */
export type LogInHandler = (
  methods: readonly string[] | null,
  partial: boolean | null,
  next: NextAuthHandler,
) => AnyAuthMethod | false | undefined;

export interface FlightPlan {
  readonly node: Node;
  readonly stream: Duplex;
  /** The first to be tried. */
  readonly identity: Identity | undefined;
  readonly first: FirstCommand | undefined;
  /** The server has shown a host key that is trusted. */
  verified(): boolean;
  /** The ordinary log-in. */
  readonly ordinary: LogInHandler;
  /** The server has refused the key, which need not be tried again. */
  refused(): void;
}

/** Prepares a flight for a client whose `connect` was called; undefined when the log-in is to be the ordinary one. */
export function prepareFlight(client: Client, plan: FlightPlan): Flight | undefined {
  const insides = insidesOf(client);
  const signer = plan.identity?.signer;
  return insides === undefined || signer === undefined ? undefined : prepare(client, insides, signer, plan);
}

function prepare(client: Client, insides: Insides, signer: Signer, plan: FlightPlan): Flight {
  const { node, stream, first, ordinary } = plan;
  const { protocol, handlers } = insides;
  let state: 'waiting' | 'signing' | 'sent' | 'accepted' | 'over' = 'waiting';
  let outcome: Promise<Result<Finished>> | undefined;
  let goOn = (_methods: readonly string[] | null, _partial: boolean | null): void => undefined;

  // OpenSSH knows rsa-sha2-512 since 7.2; where it is told not to take it, ssh2 tries the key again with another one.
  const isRsa = signer.key.type === 'ssh-rsa';
  const algorithm = isRsa ? 'rsa-sha2-512' : signer.key.type;

  const takeOff = (): void => {
    if (!plan.verified() || !isOpenssh(insides.remoteSoftware()) || !stream.writable) {
      state = 'over';
      return;
    }
    state = 'signing';
    protocol.authPK(node.connection.user, signer.key, algorithm, (data, send) => void sign(data, send));
  };

  const sign = async (data: Buffer, send: (signature: Buffer) => void): Promise<void> => {
    const signature = await signer.sign(data, isRsa ? 'sha512' : undefined);
    if (signature === undefined || !stream.writable) return leaveIt(null, null);
    stream.cork();
    send(signature);
    state = 'sent';
    if (first?.mayStart() === true)
      outcome = runAhead(node, { client, protocol, stream }, first, () => state === 'accepted');
    stream.uncork();
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
    if (!isRsa) plan.refused();
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
      if (state === 'over') return ordinary(methods, partial, next);
      goOn = (left, isPartial) => {
        const method = ordinary(left, isPartial, next);
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
