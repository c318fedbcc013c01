import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Variables } from '../inventory/draft.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import type { Node } from '../inventory/node.ts';
import { selectNodes } from '../inventory/select-nodes.ts';
import { inventoryError } from '../inventory/trouble.ts';
import type { VaultSources } from '../inventory/vault.ts';
import type { CliContext } from './command.ts';
import type { inventoryFlags } from './flags.ts';

export type InventoryContext = Pick<
  CliContext<typeof inventoryFlags>,
  'flags' | 'env' | 'askHidden' | 'hide'
> & {
  /** Directory of the playbook to run, whose group_vars/ and host_vars/ count too. */
  readonly playbookDirectory?: string;
  /** Connection variables that those of the inventory win over. */
  readonly connection?: Variables;
  /** Variables that win over those of the inventory. */
  readonly extra?: Variables;
};

export interface OpenInventory {
  /** Every host and group. */
  readonly inventory: Inventory;
  /** The hosts to work on, in the inventory's order. */
  readonly nodes: readonly Node[];
}

/**
 * Reads the inventory that -i or PVEFLEET_INVENTORY names, and selects the hosts that `pattern` and --limit both name and
 * --exclude does not; that there are none is an error. What was encrypted in it, and its passwords, are hidden from all output.
 */
export async function openInventory(
  context: InventoryContext,
  pattern = 'all',
): Promise<Result<OpenInventory>> {
  const { flags, env, playbookDirectory, connection, extra } = context;
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
  const inventory = await loadInventory(paths, {
    vault: vaultSources(context),
    ...(playbookDirectory !== undefined && { playbookDirectory }),
    ...(connection !== undefined && { connection }),
    ...(extra !== undefined && { extra }),
  });
  if (!inventory.ok) return inventory;
  if (inventory.value.secrets.size > 0) context.hide(inventory.value.secrets);
  const wanted = selectNodes(inventory.value, pattern);
  const allowed = selectNodes(inventory.value, flags.limit ?? 'all');
  const excluded = flags.exclude.map((each) => selectNodes(inventory.value, each));
  if (!wanted.ok) return wanted;
  if (!allowed.ok) return allowed;
  const problem = excluded.find((each) => !each.ok);
  if (problem !== undefined) return problem;
  const limit = new Set(allowed.value);
  const left = new Set(excluded.flatMap((each) => (each.ok ? each.value : [])));
  const nodes = wanted.value.filter((node) => limit.has(node) && !left.has(node));
  if (nodes.length > 0) return ok({ inventory: inventory.value, nodes });
  const reason =
    wanted.value.length === 0
      ? `there are none in ${paths.join(', ')}`
      : flags.limit === undefined || wanted.value.some((node) => limit.has(node))
        ? `--exclude "${flags.exclude.join('" "')}" leaves none of them`
        : `--limit "${flags.limit}" leaves none of them`;
  const message = `Cannot select hosts by "${pattern}": ${reason}`;
  return fail(inventoryError('no-hosts', message, undefined, 'See: pvefleet inventory --list'));
}

/** Where vault passwords come from: the flags; without them the environment; without that, the user. */
export function vaultSources({
  flags,
  env,
  askHidden,
}: Pick<InventoryContext, 'flags' | 'env' | 'askHidden'>): VaultSources {
  const { 'vault-password-file': passwordFiles, 'vault-id': ids } = flags;
  const fromEnvironment = env['PVEFLEET_VAULT_PASSWORD_FILE'] ?? env['ANSIBLE_VAULT_PASSWORD_FILE'] ?? '';
  const none = passwordFiles.length === 0 && ids.length === 0 && fromEnvironment !== '';
  return { passwordFiles: none ? [fromEnvironment] : passwordFiles, ids, ask: askHidden };
}
