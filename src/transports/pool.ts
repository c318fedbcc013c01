import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Connection, ExecOptions, Finished, FirstCommand, Transport } from './transport.ts';
import { unfinished } from './trouble.ts';
import { createTurns, type Turns } from './turns.ts';

/** Commands at once on one connection; OpenSSH's MaxSessions allows 10. */
export const commandsPerNode = 8;

export interface PoolOptions {
  /** Commands at once over all nodes. */
  readonly forks: number;
  readonly connectTimeoutSeconds: number;
  /** Ends everything that is under way when it fires. */
  readonly signal?: AbortSignal;
}

/** One connection a node, by the node's name, made when it is first used. */
export interface Pool {
  /** Runs a command on a node. A node that could not be connected to answers with the same diagnostics again, at once, unless the options want it otherwise. */
  exec(node: Node, command: string, options?: ExecOptions): Promise<Result<Finished>>;
  /** Makes a new connection to a node in place of the one it has, or of the diagnostics it has kept. */
  reconnect(node: Node): Promise<Result<void>>;
  /** Closes every connection, for good. */
  close(): Promise<void>;
}

interface Way {
  readonly connection: Promise<Result<Connection>>;
  /** Of commands on this connection; fewer once the server has refused a channel. */
  readonly turns: Turns;
}

/** A pool of connections made by this transport; every diagnostic names its host. */
export function createPool(
  transport: Transport,
  { forks, connectTimeoutSeconds, signal }: PoolOptions,
): Pool {
  const ways = new Map<string, Way>();
  const asides = new Set<Way>();
  const commands = createTurns(forks);
  let closed = false;

  const open = (node: Node, turns: Turns = createTurns(commandsPerNode), first?: FirstCommand): Way => {
    const connection = transport.connect(node, {
      timeoutSeconds: connectTimeoutSeconds,
      ...(signal && { signal }),
      ...(first && { first }),
    });
    const way = { connection, turns };
    ways.set(node.name, way);
    return way;
  };

  /** Makes the connection of a node, and runs the command for which it is made: with the log-in, if it is its turn then. */
  const openAndRun = async (node: Node, command: string, options: ExecOptions): Promise<Result<Finished>> => {
    const turns = createTurns(commandsPerNode);
    let started = false;
    const mayStart = () =>
      (started ||= options.signal?.aborted !== true && commands.tryTake() && turns.tryTake());
    const way = open(node, turns, { command, options, mayStart });
    const connected = await way.connection;
    const outcome = connected.ok ? connected.value.first : undefined;
    // Not awaited where there is none: the command keeps its place before others for this node.
    const sent = outcome === undefined ? undefined : await outcome;
    if (started) {
      commands.giveBack();
      turns.giveBack();
    }
    return sent ?? runOn(connected, way.turns, node, command, options);
  };

  const runOn = async (
    connected: Result<Connection>,
    turns: Turns,
    node: Node,
    command: string,
    options: ExecOptions,
  ): Promise<Result<Finished>> => {
    if (!connected.ok) return connected;
    if (options.outOfTurn === true) {
      const finished = await connected.value.exec(command, options);
      return wasRefused(finished) ? runAside(node, command, options) : finished;
    }
    for (;;) {
      const result = await turns.run(() =>
        commands.run(async () => {
          if (options.signal?.aborted === true)
            return fail(unfinished(node, 'not-sent', command, 'interrupted before it was sent'));
          const finished = await connected.value.exec(command, options);
          if (!wasRefused(finished)) return finished;
          // Beyond its MaxSessions sshd opens no channel: nothing has run, and it may when another has ended.
          if (turns.lower()) return undefined;
          // What is to be cleaned up behind may itself hold the only session, and never end.
          return options.cleansUp === true ? runAside(node, command, options) : finished;
        }),
      );
      if (result !== undefined) return result;
    }
  };

  /** Runs a command on a connection of its own, which neither the end of the run nor other commands hinder. */
  const runAside = async (node: Node, command: string, options: ExecOptions): Promise<Result<Finished>> => {
    const connection = transport.connect(node, { timeoutSeconds: connectTimeoutSeconds });
    const way = { connection, turns: createTurns(1) };
    asides.add(way);
    const connected = await connection;
    const finished = connected.ok ? await connected.value.exec(command, options) : connected;
    asides.delete(way);
    await close(way);
    return finished;
  };

  const close = async (way: Way | undefined): Promise<void> => {
    const connected = await way?.connection;
    if (connected?.ok === true) await connected.value.close();
  };

  return {
    exec: async (node, command, given = {}) => {
      if (closed) return fail(unfinished(node, 'not-connected', command, 'the run is over'));
      const options = withSignal(given, signal);
      const way = ways.get(node.name);
      if (way === undefined) return openAndRun(node, command, options);
      const connected = await way.connection;
      if (!connected.ok && given.connectsAnew === true && ways.get(node.name) === way)
        return openAndRun(node, command, options);
      const result = await runOn(connected, way.turns, node, command, options);
      if (closed || !wasLostIdle(result)) return result;
      const current = ways.get(node.name);
      return current === undefined || current === way
        ? openAndRun(node, command, options)
        : runOn(await current.connection, current.turns, node, command, options);
    },
    reconnect: async (node) => {
      const old = ways.get(node.name);
      const { connection } = open(node);
      await close(old);
      const connected = await connection;
      return connected.ok ? ok(undefined, connected.warnings) : connected;
    },
    close: async () => {
      closed = true;
      await Promise.all([...ways.values(), ...asides].map(close));
    },
  };
}

/** The server opened no channel. */
function wasRefused(result: Result<Finished>): boolean {
  return !result.ok && result.diagnostics.some(({ code }) => code === 'transport/channel-refused');
}

/** Nothing was sent, so the command may be run on another connection. */
function wasLostIdle(result: Result<Finished>): boolean {
  return !result.ok && result.diagnostics.some((diagnostic) => diagnostic.code === 'transport/not-connected');
}

function withSignal(options: ExecOptions, signal: AbortSignal | undefined): ExecOptions {
  if (signal === undefined || options.cleansUp === true) return options;
  return {
    ...options,
    signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
  };
}
