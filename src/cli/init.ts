import type { Diagnostic } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  output: { short: 'o', value: 'DIR', default: '.', help: 'where inventories/ and known_hosts are written' },
  'private-key': { value: 'FILE', help: 'the key to log in with (default: as ssh finds it)' },
  'accept-new': { help: 'take host keys that nobody knows yet without asking' },
  force: { help: 'write over an inventory that is there' },
  timeout: nodeFlags.timeout,
  json: { help: 'print JSON for programs; nothing is asked' },
} as const satisfies Flags;

export const help: Help = {
  usage: '[USER@]HOST[:PORT]',
  about: [
    'Makes an inventory of the cluster that one node is in. The node is asked for the members; each one is connected to, and its host key shown by its fingerprint for you to accept. Written are inventories/CLUSTER.yml, and a known_hosts file of the project that it refers to.',
    "A member whose key is the one that the cluster itself records is marked so: only the first node's key has to be compared on its console. A key that differs from a known one is never taken. Nothing is written on a node.",
    'Run again, it adds the members that have come since: it writes over an inventory of yours only with --force. The exit code is 4 when a member gave no answer; it is in the inventory all the same.',
  ],
  examples: [
    ['pvefleet init root@192.0.2.11', 'From one node to the inventory of its cluster:'],
    ['pvefleet init pve1.example.org -o fleet/ --accept-new', 'Into another directory, without a question:'],
  ],
};

export type InitContext = CliContext<typeof flags>;

export async function run(context: InitContext): Promise<number> {
  const [{ initFleet }, { parseJumpHosts }, { printDiagnostics }] = await Promise.all([
    import('./init-fleet.ts'),
    import('../transports/jump-hosts.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const [text = '', ...others] = context.positionals;
  const [target, ...more] = parseJumpHosts(text) ?? [];
  const found =
    target === undefined || others.length > 0 || more.length > 0
      ? [wrongTarget(context.positionals)]
      : await initFleet(context, target);
  printDiagnostics(found, context.stderr);
  return exitCodeFor(found);
}

function wrongTarget(positionals: readonly string[]): Diagnostic {
  const what =
    positionals.length === 0 ? 'no node is named' : `"${positionals.join(' ')}" names no single node`;
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot make an inventory: ${what}; [USER@]HOST[:PORT] is wanted`,
    hint: 'Write: pvefleet init root@HOST, as in: pvefleet init root@192.0.2.11',
  };
}
