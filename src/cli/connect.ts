import { whenAborted } from '../apply/leaving.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { retryingDropped } from '../fanout/retry-dropped.ts';
import { becoming } from '../transports/become.ts';
import { createTransportByNode } from '../transports/by-node.ts';
import type { Pool } from '../transports/pool.ts';
import { createPool } from '../transports/pool.ts';
import { type AskSecret, ownSurroundings } from '../transports/surroundings.ts';
import type { CliContext, Output } from './command.ts';
import type { nodeFlags } from './flags.ts';
import { logInVariables } from './log-in-variables.ts';
import type { InventoryContext, OpenInventory } from './open-inventory.ts';
import { openInventory } from './open-inventory.ts';

export type FleetContext = Pick<
  CliContext<typeof nodeFlags>,
  'flags' | 'env' | 'stderr' | 'canAsk' | 'signal'
> &
  InventoryContext;

/** The inventory, the hosts to work on, and the connections to them. */
export interface Fleet extends OpenInventory {
  /** To be closed by whoever opened the fleet. */
  readonly pool: Pool;
  /** Does what only reads the nodes, before anything is begun: an interruption ends whatever is under way on them. */
  readonly whileReading: <T>(read: () => Promise<T>) => Promise<T>;
}

/**
 * What the common flags of a command ask for. Nothing is connected to before the pool's first exec. `signal` ends what
 * is under way on the nodes: for commands that only read; those that change nodes stop between their steps instead, and
 * are interrupted only `whileReading`.
 */
export async function openFleet(
  context: FleetContext,
  pattern?: string,
  signal?: AbortSignal,
): Promise<Result<Fleet>> {
  const connection = await logInVariables(context);
  if (!connection.ok) return connection;
  const opened = await openInventory({ ...context, connection: connection.value }, pattern);
  if (!opened.ok) return opened;
  const { flags, stderr } = context;
  const transport = createTransportByNode(ownSurroundings(asker(context)));
  const reading = new AbortController();
  const pool = createPool(becoming(retryingDropped(transport)), {
    forks: flags.forks,
    connectTimeoutSeconds: flags.timeout,
    signal: signal ?? reading.signal,
  });
  return ok(
    {
      ...opened.value,
      pool: flags['show-commands'] ? showingCommands(pool, stderr) : pool,
      whileReading: async (read) => {
        const forget = whenAborted(context.signal, () => reading.abort());
        try {
          return await read();
        } finally {
          forget();
        }
      },
    },
    opened.warnings,
  );
}

/** Asks for passphrases and passwords, where there is a terminal; what is typed is masked in all that is printed. */
export function asker({
  canAsk,
  askHidden,
  hide,
}: Pick<CliContext, 'canAsk' | 'askHidden' | 'hide'>): AskSecret | undefined {
  if (!canAsk()) return undefined;
  return async (question) => {
    const answer = await askHidden(question);
    if (answer !== undefined && answer !== '') hide([answer]);
    return answer;
  };
}

/** A pool that prints what it sends, each line after the host's name. */
function showingCommands(pool: Pool, stderr: Output): Pool {
  return {
    ...pool,
    exec: (node, command, options) => {
      const lines = command.trimEnd().split('\n');
      const { become = node.connection.become } = options ?? {};
      const who =
        become === undefined || become === null
          ? node.name
          : `${node.name} (${become.method} ${become.user})`;
      stderr.write(lines.map((line) => `${who}: ${line}\n`).join(''));
      return pool.exec(node, command, options);
    },
  };
}
