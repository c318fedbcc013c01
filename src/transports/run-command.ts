import type { Client, ClientChannel } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { onAbort } from './on-abort.ts';
import { outgoingOf } from './outgoing.ts';
import { sendInput } from './send-input.ts';
import type { Ending, ExecOptions, Finished, OutputSink } from './transport.ts';
import { unfinished } from './trouble.ts';

type Opened = (refused: Error | undefined, channel: ClientChannel) => void;

/** Runs one command in a channel of its own on a client that is connected; `start` sends it. */
export function runCommand(
  node: Node,
  client: Client,
  command: string,
  options: ExecOptions,
  start: (opened: Opened) => void = (opened) => client.exec(command, opened),
): Promise<Result<Finished>> {
  const { stdin, timeoutSeconds, signal } = options;
  if (signal?.aborted === true) return Promise.resolve(fail(interrupted(node, command)));
  return new Promise((resolve) => {
    let channel: ClientChannel | undefined;
    let settled = false;
    const settle = (result: Result<Finished>) => {
      settled = true;
      clearTimeout(timer);
      stopListening();
      client.removeListener('close', onLost);
      client.removeListener('error', onError);
      resolve(result);
    };
    const giveUp = (why: Diagnostic) => {
      settle(fail(why));
      if (channel !== undefined) stop(client, channel);
    };
    let why: Error | undefined;
    const onError = (error: Error) => {
      why = error;
    };
    const onLost = () => settle(fail(connectionLost(node, command, why)));
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => giveUp(tooLong(node, command, timeoutSeconds)), timeoutSeconds * 1000);
    const stopListening = onAbort(signal, () => giveUp(interrupted(node, command)));
    const sendAll = async (to: ClientChannel): Promise<void> => {
      try {
        await sendInput(to, stdin);
      } catch (error) {
        giveUp(inputFailed(node, command, error));
      }
    };
    client.once('close', onLost);
    client.on('error', onError);
    start((refused, opened) => {
      if (settled) return refused === undefined ? stop(client, opened) : undefined;
      // When the connection is lost, ssh2 calls back after "close", so this is the server's own refusal.
      if (refused !== undefined)
        return settle(
          fail('reason' in refused ? channelRefused(node, command, refused) : execRefused(node, command)),
        );
      channel = opened;
      const take = outputTaker(options);
      collect(
        channel,
        (stream, chunk) => (settled ? undefined : take(stream, chunk)),
        (ending) =>
          settle(
            ending === undefined ? fail(noStatus(node, command)) : ok({ ...ending, ...take.collected() }),
          ),
      );
      void sendAll(channel);
    });
  });
}

interface OutputTaker extends OutputSink {
  collected(): Pick<Finished, 'stdout' | 'stderr'>;
}

/** Hands output to the caller's sink, or collects it where there is none. */
export function outputTaker({ onOutput, sink }: ExecOptions): OutputTaker {
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const take: OutputSink = (stream, chunk) => {
    onOutput?.(stream, chunk);
    if (sink !== undefined) return sink(stream, chunk);
    output[stream].push(chunk);
    return undefined;
  };
  return Object.assign(take, {
    collected: () => ({ stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) }),
  });
}

/**
 * Hands on a channel's output, each stream held back while its last piece is being taken; calls back once with the end
 * of the command, or undefined where the server told none. Held back, ssh2 keeps up to two windows of 2 MiB.
 */
function collect(channel: ClientChannel, take: OutputSink, done: (ending: Ending | undefined) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const readable = channel[stream];
    readable.on('data', (chunk: Buffer) => {
      const taken = take(stream, chunk);
      if (taken === undefined) return;
      readable.pause();
      void taken.finally(() => readable.resume());
    });
  }
  let open = 2;
  let exit: number | null | undefined;
  let killedBy: string | undefined;
  const onClose = () => {
    if (--open > 0) return;
    if (exit === undefined) return done(undefined);
    done(killedBy === undefined ? { exit } : { exit, signal: killedBy });
  };
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = code;
    killedBy = signal;
  });
  channel.once('close', onClose);
  channel.stderr.once('close', onClose);
}

/** Asks the server to end the command (RFC 4254 6.9), and closes its channel. OpenSSH ignores the request for root; then the closed pipes end it. */
function stop(client: Client, channel: ClientChannel): void {
  sendTerm(client, channel);
  channel.close();
}

/** As channel.signal('TERM') of ssh2, which refuses once our side has sent its end of file. */
function sendTerm(client: Client, channel: ClientChannel): void {
  const protocol: unknown = '_protocol' in client ? client._protocol : undefined;
  const outgoing = outgoingOf(channel);
  if (!isProtocol(protocol) || outgoing === undefined) return;
  if (outgoing.state === 'open' || outgoing.state === 'eof') protocol.signal(outgoing.id, 'TERM');
}

function isProtocol(value: unknown): value is { signal(channel: number, name: string): void } {
  return (
    typeof value === 'object' && value !== null && 'signal' in value && typeof value.signal === 'function'
  );
}

/** The connection ended while the command ran. */
export function connectionLost(node: Node, command: string, why?: Error): Diagnostic {
  const silent = why !== undefined && 'level' in why && why.level === 'client-timeout';
  const what = silent ? 'the node fell silent, and the connection was given up' : 'the connection was lost';
  return unfinished(
    node,
    'connection-lost',
    command,
    `${what} while it ran; whether it ended is not known`,
    `see on ${node.name} whether it still runs, then run this again`,
  );
}

export function interrupted(node: Node, command: string): Diagnostic {
  return unfinished(node, 'aborted', command, 'interrupted');
}

export function tooLong(node: Node, command: string, seconds: number): Diagnostic {
  return unfinished(
    node,
    'timeout',
    command,
    `no end within ${seconds} s; it was told to stop, and may still run`,
    `see on ${node.name} whether it still runs, or allow it more time`,
  );
}

export function channelRefused(node: Node, command: string, error: Error): Diagnostic {
  return unfinished(
    node,
    'channel-refused',
    command,
    `the server opens no channel for it (${error.message})`,
    `does sshd_config on ${node.name} allow commands and several sessions a connection (MaxSessions, ForceCommand)?`,
  );
}

/** The server opened a channel and would not run the command in it. */
function execRefused(node: Node, command: string): Diagnostic {
  return unfinished(
    node,
    'exec-refused',
    command,
    'the server does not run it',
    `does sshd_config on ${node.name} allow commands (ForceCommand)?`,
  );
}

export function inputFailed(node: Node, command: string, error: unknown): Diagnostic {
  const why = error instanceof Error ? error.message : String(error);
  return unfinished(node, 'input', command, `its input could not be read: ${why}`);
}

function noStatus(node: Node, command: string): Diagnostic {
  return unfinished(node, 'no-exit-status', command, 'the server closed it without an exit status');
}
