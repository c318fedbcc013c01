import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { retryingDropped } from '../fanout/retry-dropped.ts';
import type { Pool } from '../transports/pool.ts';
import { createPool } from '../transports/pool.ts';
import { createSshTransport } from '../transports/ssh.ts';
import { type AskSecret, ownSurroundings } from '../transports/surroundings.ts';
import type { CliContext, Output } from './command.ts';
import type { nodeFlags } from './flags.ts';
import type { InventoryContext, OpenInventory } from './open-inventory.ts';
import { openInventory } from './open-inventory.ts';

export type FleetContext = Pick<CliContext<typeof nodeFlags>, 'flags' | 'env' | 'stderr' | 'canAsk'> &
  InventoryContext;

/** The inventory, the hosts to work on, and the connections to them. */
export interface Fleet extends OpenInventory {
  /** To be closed by whoever opened the fleet. */
  readonly pool: Pool;
}

/**
 * What the common flags of a command ask for. Nothing is connected to before the pool's first exec. `signal` ends what
 * is under way on the nodes: for commands that only read; those that change nodes stop between their steps instead.
 */
export async function openFleet(
  context: FleetContext,
  pattern?: string,
  signal?: AbortSignal,
): Promise<Result<Fleet>> {
  const opened = await openInventory(context, pattern);
  if (!opened.ok) return opened;
  const { flags, stderr } = context;
  const pool = createPool(retryingDropped(createSshTransport(ownSurroundings(asker(context)))), {
    forks: flags.forks,
    connectTimeoutSeconds: flags.timeout,
    ...(signal !== undefined && { signal }),
  });
  return ok(
    { ...opened.value, pool: flags['show-commands'] ? showingCommands(pool, stderr) : pool },
    opened.warnings,
  );
}

/** Asks for passphrases and passwords, where there is a terminal; what is typed is masked in all that is printed. */
function asker({ canAsk, askHidden, hide }: FleetContext): AskSecret | undefined {
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
      stderr.write(lines.map((line) => `${node.name}: ${line}\n`).join(''));
      return pool.exec(node, command, options);
    },
  };
}
