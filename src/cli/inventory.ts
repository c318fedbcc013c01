import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { inventoryFlags } from './flags.ts';

export const flags = {
  list: { help: 'list groups and hosts (this is the default)' },
  ...inventoryFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: '',
  about: [
    'Prints each group with its hosts folded into a node set, and each host with the address it is reached at. With --json the shape is that of "ansible-inventory --list". No node is connected to.',
  ],
  examples: [
    ['pvefleet inventory --list -i inventory.yml', 'Groups, hosts and addresses:'],
    ["pvefleet inventory --list -l 'pve*' --json", 'Some hosts with all their variables, for programs:'],
  ],
};

export async function run(context: CliContext<typeof flags>): Promise<number> {
  const [{ openInventory }, { printDiagnostics }] = await Promise.all([
    import('./open-inventory.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const { stdout, stderr } = context;
  const opened = await openInventory(context);
  if (!opened.ok) {
    printDiagnostics(opened.diagnostics, stderr);
    return exitCodeFor(opened.diagnostics);
  }
  const { inventory, nodes } = opened.value;
  if (context.flags.json) {
    const { toAnsibleJson } = await import('../inventory/ansible-json.ts');
    stdout.write(`${JSON.stringify(toAnsibleJson(inventory, nodes), null, 2)}\n`);
  } else {
    const { inventoryTable } = await import('./inventory-table.ts');
    stdout.write(inventoryTable(inventory, nodes));
  }
  return 0;
}
