import pLimit, { type LimitFunction } from 'p-limit';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Connection, ExecOptions, Finished, Transport } from './transport.ts';
import { unfinished } from './trouble.ts';

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
  /** Runs a command on a node. A node that could not be connected to answers with the same diagnostics again, at once. */
  exec(node: Node, command: string, options?: ExecOptions): Promise<Result<Finished>>;
  /** Makes a new connection to a node in place of the one it has, or of the diagnostics it has kept. */
  reconnect(node: Node): Promise<Result<void>>;
  /** Closes every connection, for good. */
  close(): Promise<void>;
}

interface Way {
  readonly connection: Promise<Result<Connection>>;
  readonly turns: LimitFunction;
}

/** A pool of connections made by this transport; every diagnostic names its host. */
export function createPool(
  transport: Transport,
  { forks, connectTimeoutSeconds, signal }: PoolOptions,
): Pool {
  const ways = new Map<string, Way>();
  const commands = pLimit(forks);
  let closed = false;

  const open = (node: Node): Way => {
    const connection = transport.connect(node, {
      timeoutSeconds: connectTimeoutSeconds,
      ...(signal && { signal }),
    });
    const way = { connection, turns: pLimit(commandsPerNode) };
    ways.set(node.name, way);
    return way;
  };

  const run = async (
    way: Way,
    node: Node,
    command: string,
    options: ExecOptions,
  ): Promise<Result<Finished>> => {
    const connected = await way.connection;
    if (!connected.ok) return connected;
    return way.turns(() =>
      commands(async () => {
        if (options.signal?.aborted === true)
          return fail(unfinished(node, 'not-sent', command, 'interrupted before it was sent'));
        return connected.value.exec(command, options);
      }),
    );
  };

  const close = async (way: Way | undefined): Promise<void> => {
    const connected = await way?.connection;
    if (connected?.ok === true) await connected.value.close();
  };

  return {
    exec: async (node, command, given = {}) => {
      if (closed) return fail(unfinished(node, 'not-connected', command, 'the run is over'));
      const options = withSignal(given, signal);
      const way = ways.get(node.name) ?? open(node);
      const result = await run(way, node, command, options);
      if (closed || !wasLostIdle(result)) return result;
      const current = ways.get(node.name);
      return run(current === undefined || current === way ? open(node) : current, node, command, options);
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
      await Promise.all([...ways.values()].map(close));
    },
  };
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
