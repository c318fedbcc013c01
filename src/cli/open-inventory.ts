import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import type { Node } from '../inventory/node.ts';
import { selectNodes } from '../inventory/select-nodes.ts';
import { inventoryError } from '../inventory/trouble.ts';
import type { CliContext } from './command.ts';
import type { inventoryFlags } from './flags.ts';

export type InventoryContext = Pick<CliContext<typeof inventoryFlags>, 'flags' | 'env'>;

export interface OpenInventory {
  /** Every host and group. */
  readonly inventory: Inventory;
  /** The hosts to work on, in the inventory's order. */
  readonly nodes: readonly Node[];
}

/**
 * Reads the inventory that -i or PVEFLEET_INVENTORY names, and selects the hosts that `pattern` and --limit both name;
 * that there are none is an error.
 */
export async function openInventory(
  { flags, env }: InventoryContext,
  pattern = 'all',
): Promise<Result<OpenInventory>> {
  const fromEnvironment = env['PVEFLEET_INVENTORY'] ?? '';
  const paths = flags.inventory.length > 0 || fromEnvironment === '' ? flags.inventory : [fromEnvironment];
  if (paths.length === 0) {
    const message = 'Cannot read an inventory: none is given; a file with hosts is wanted';
    return fail(
      inventoryError(
        'none',
        message,
        undefined,
        'Give it with -i FILE, or once: export PVEFLEET_INVENTORY=FILE',
      ),
    );
  }
  const inventory = await loadInventory(paths);
  if (!inventory.ok) return inventory;
  const wanted = selectNodes(inventory.value, pattern);
  const allowed = selectNodes(inventory.value, flags.limit ?? 'all');
  if (!wanted.ok) return wanted;
  if (!allowed.ok) return allowed;
  const limit = new Set(allowed.value);
  const nodes = wanted.value.filter((node) => limit.has(node));
  if (nodes.length > 0) return ok({ inventory: inventory.value, nodes });
  const message =
    wanted.value.length === 0
      ? `Cannot select hosts by "${pattern}": there are none in ${paths.join(', ')}`
      : `Cannot select hosts by "${pattern}": --limit "${flags.limit}" leaves none of them`;
  return fail(inventoryError('no-hosts', message, undefined, 'See: pvefleet inventory --list'));
}
