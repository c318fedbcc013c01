import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';
import { consentFlags, lockFlags, nodeFlags } from './flags.ts';

export const flags = {
  node: { value: 'HOST', help: 'the host of the inventory to test on' },
  vmids: { value: 'FIRST-LAST', help: 'VMIDs that nothing uses, for the guests that it makes; at least 5' },
  storage: { value: 'STORAGE', help: 'where their disks go (default: one of the node that takes images)' },
  out: { value: 'FILE', help: 'write the report there; standard output says in a line how it went' },
  ...consentFlags,
  ...lockFlags,
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: '--node HOST --vmids FIRST-LAST',
  about: [
    'Tries on one real node whether Proxmox VE does and says what pvefleet expects: throw-away guests are made, set, grown, started, left with pending changes, put into snapshots, cloned and destroyed, planned and applied as always. What differs is printed as a report for a bug tracker: docs/selftest.md.',
    'It makes a VM and, where a template of containers is on a storage of the node, a container, each with a clone or two: at most 384 MiB of memory and 8 GiB of disks at a time. It touches nothing beside these VMIDs, and their network cards have no link. A VMID that anything in the cluster has or names is refused.',
    'Nothing is left behind, also after Ctrl-C and after a failure. A second Ctrl-C, or a node that is lost, ends it at once: then it says what is left, and the command that removes it.',
    'In the report names of nodes, storages, guests, pools and users, addresses and secrets are masked. Exit code 2 when something differs, 3 when something is left behind.',
  ],
  examples: [
    ['pvefleet selftest --node pve1 --vmids 9990-9999', 'Show what it will do, ask, do it:'],
    [
      'pvefleet selftest --node pve1 --vmids 9990-9999 --storage local-zfs --yes --out report.md',
      'On another storage, the report in a file:',
    ],
    ['pvefleet selftest --node pve1 --vmids 9990-9999 --yes --json', 'For programs:'],
  ],
};

export type SelftestContext = CliContext<typeof flags>;

export async function run(context: SelftestContext): Promise<number> {
  const [{ readSelftest }, { selftestOnFleet }, { printDiagnostics }, { exitCodeFor }] = await Promise.all([
    import('./selftest-request.ts'),
    import('./selftest-run.ts'),
    import('./print-diagnostics.ts'),
    import('./exit-code.ts'),
  ]);
  const request = await readSelftest(context);
  const exit = request.ok ? await selftestOnFleet(request.value, context) : request;
  if (exit.ok) return exit.value;
  printDiagnostics(exit.diagnostics, context.stderr);
  return exitCodeFor(exit.diagnostics);
}
