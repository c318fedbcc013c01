import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { lastHop } from './hops.ts';
import { onAbort } from './on-abort.ts';
import { aborted, noAnswer, openSocket } from './open-socket.ts';
import { openProxyCommand } from './proxy-command.ts';
import type { Route } from './route.ts';
import type { ConnectOptions } from './transport.ts';
import { unreachable } from './trouble.ts';

/** Bytes to and from a server, over whatever leads to it. */
export interface Way {
  readonly stream: Duplex;
  /** What the way says of itself, which may be why the server cannot be reached. */
  readonly said?: () => string;
  /** Gives back what the way goes over; the stream is closed by then. */
  readonly leave: () => Promise<void>;
}

/** A client logged in to a jump host; the last one who leaves closes it. */
export interface Hop {
  readonly client: Client;
  readonly leave: () => Promise<void>;
}

/** Opens the way of a route; `enter` logs in to a jump host, of which others may be inside already. */
export async function openWay(
  route: Route,
  options: ConnectOptions,
  enter: (hop: Node) => Promise<Result<Hop>>,
): Promise<Result<Way>> {
  const { node, through } = route;
  if (through.kind === 'command') {
    const { stream, said, end } = openProxyCommand(through.command);
    return ok({ stream, said, leave: end });
  }
  if (through.kind === 'direct') {
    const socket = await openSocket(node, options, route.family);
    return socket.ok ? ok({ stream: socket.value, leave: async () => undefined }) : socket;
  }
  const hopNode = lastHop(node, through.hosts);
  const hop = await enter(hopNode);
  if (!hop.ok) return fail(...hop.diagnostics.map((diagnostic) => onTheWay(node, diagnostic)));
  const stream = await forward(hop.value.client, node.connection, options);
  if (stream !== undefined && !(stream instanceof Error))
    return ok({ stream, leave: () => hop.value.leave() });
  await hop.value.leave();
  if (stream === undefined)
    return fail(options.signal?.aborted === true ? aborted(node) : noAnswer(node, options.timeoutSeconds));
  return fail(
    unreachable(
      node,
      'jump-refused',
      `its jump host ${hopNode.name} opens no connection to it (${stream.message})`,
      `is sshd running on the node, and does sshd_config on ${hopNode.name} allow AllowTcpForwarding?`,
    ),
  );
}

function onTheWay(node: Node, diagnostic: Diagnostic): Diagnostic {
  return {
    ...diagnostic,
    host: node.name,
    message: `${diagnostic.message}; ${node.name} is reached through it`,
  };
}

/** A stream from the jump host on; undefined when there is none in time. What comes later is closed. */
function forward(
  client: Client,
  to: Node['connection'],
  { timeoutSeconds, signal }: ConnectOptions,
): Promise<Duplex | Error | undefined> {
  return new Promise((resolve) => {
    let waiting = true;
    const settle = (result: Duplex | Error | undefined) => {
      waiting = false;
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    const timer = setTimeout(() => settle(undefined), timeoutSeconds * 1000);
    const stopListening = onAbort(signal, () => settle(undefined));
    try {
      client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, stream) => {
        if (waiting) settle(error ?? stream);
        else if (error === undefined) stream.destroy();
      });
    } catch (error) {
      settle(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
