import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';
import type { OpenInventory } from './open-inventory.ts';

export const flags = {
  list: { help: 'list groups and hosts (this is the default)' },
  graph: { help: 'show groups in groups as a tree' },
  host: { value: 'NAME', help: "print one host's variables as JSON" },
  'list-hosts': { value: 'PATTERN', help: 'print the names of hosts that a pattern names, one a line' },
  from: { value: 'DIR', help: 'check against the survey saved in DIR; no node is connected to' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: '[check]',
  about: [
    'Prints each group with its hosts folded into a node set, and each host with the address it is reached at. With --json the shape is that of "ansible-inventory --list". No node is connected to.',
    '"check" asks the nodes what they are, and finds hosts that are there twice, addresses that none can have, and members of clusters that are missing in the inventory. It exits with 2 when it found something.',
    'What ansible-vault has encrypted is never printed.',
  ],
  examples: [
    ['pvefleet inventory --list -i inventory.yml', 'Groups, hosts and addresses:'],
    ["pvefleet inventory --list -l 'pve*' --json", 'Some hosts with all their variables, for programs:'],
    ['pvefleet inventory --graph', 'Which group is in which:'],
    ["pvefleet inventory --list-hosts 'web:&rack[1-3]:!pve7'", 'What a pattern means:'],
    ['pvefleet inventory check', 'Doubles, and members that are missing:'],
  ],
};

export type InventoryContext = CliContext<typeof flags>;

export async function run(context: InventoryContext): Promise<number> {
  const wrong = whatIsWrong(context);
  if (wrong === undefined && context.positionals[0] === 'check')
    return (await import('./inventory-check.ts')).checkInventoryAndFleet(context);
  const [{ openInventory }, { printDiagnostics }] = await Promise.all([
    import('./open-inventory.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const opened = wrong ?? (await openInventory(context, context.flags['list-hosts']));
  const text = opened.ok ? await textOf(context, opened.value) : opened;
  if (text.ok) context.stdout.write(text.value);
  else printDiagnostics(text.diagnostics, context.stderr);
  return text.ok ? 0 : exitCodeFor(text.diagnostics);
}

async function textOf(
  { flags: given }: InventoryContext,
  { inventory, nodes }: OpenInventory,
): Promise<Result<string>> {
  const json = async (value: unknown): Promise<string> => {
    const { maskValue } = await import('../text/mask.ts');
    return `${JSON.stringify(maskValue(value, inventory.secrets), null, 2)}\n`;
  };
  if (given.host !== undefined) {
    const { findHost } = await import('../inventory/find-host.ts');
    const host = findHost(nodes, given.host);
    if (!host.ok) return host;
    const { withUnsafe } = await import('../inventory/ansible-json.ts');
    return ok(await json(withUnsafe(host.value.variables)));
  }
  if (given['list-hosts'] !== undefined) {
    const names = nodes.map(({ name }) => name);
    return ok(given.json ? await json(names) : names.map((name) => `${name}\n`).join(''));
  }
  if (given.graph) return ok((await import('../inventory/graph.ts')).inventoryGraph(inventory, nodes));
  if (given.json) {
    const { toAnsibleJson } = await import('../inventory/ansible-json.ts');
    return ok(await json(toAnsibleJson(inventory, nodes)));
  }
  return ok((await import('./inventory-table.ts')).inventoryTable(inventory, nodes));
}

function whatIsWrong({ flags: given, positionals }: InventoryContext): Result<never> | undefined {
  const forms = (['list', 'graph', 'host', 'list-hosts'] as const).filter(
    (name) => given[name] !== false && given[name] !== undefined,
  );
  const [what, ...others] = positionals;
  const problem =
    what !== undefined && (what !== 'check' || others.length > 0)
      ? `"${what === 'check' ? others.join(' ') : what}" is no part of it; "check" or nothing is wanted`
      : forms.length + positionals.length > 1
        ? `${[...positionals, ...forms.map((form) => `--${form}`)].join(' and ')} are asked at once; one is wanted`
        : given.from !== undefined && what === undefined
          ? '--from is for "check" only'
          : undefined;
  if (problem === undefined) return undefined;
  return fail({
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run inventory: ${problem}`,
    hint: 'See: pvefleet inventory --help',
  });
}
