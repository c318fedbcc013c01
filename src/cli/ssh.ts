import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = { ...nodeFlags } as const satisfies Flags;

export const help: Help = {
  usage: 'NODE [-- COMMAND...]',
  about: [
    'Opens a shell on one host of the inventory, or runs a command on a terminal there (top, nano, journalctl -f). The host is reached as by every other command: the same keys, jump hosts, known hosts and passwords. With --become the shell is that of the other user; sudo or su asks on the terminal.',
    'The exit code is that of the shell or command, as with ssh; 1, 4 and 6 also where pvefleet itself could not do it, which is said then.',
  ],
  examples: [
    ['pvefleet ssh pve1', 'A shell:'],
    ['pvefleet ssh pve1 -- journalctl -fu pveproxy', 'Something to look at:'],
  ],
};

type SshContext = CliContext<typeof flags>;

export async function run(context: SshContext): Promise<number> {
  const [{ printDiagnostics }, node] = await Promise.all([
    import('./print-diagnostics.ts'),
    findNode(context),
  ]);
  const ended = node.ok ? await openShell(context, node.value) : node;
  if (ended.ok) return ended.value;
  printDiagnostics(ended.diagnostics, context.stderr);
  return exitCodeFor(ended.diagnostics);
}

async function openShell(context: SshContext, node: Node): Promise<Result<number>> {
  const { shellOn } = await import('./shell-on.ts');
  return shellOn(context, node, context.afterDashes);
}

async function findNode(context: SshContext): Promise<Result<Node>> {
  const { flags: given, positionals, afterDashes, stdout } = context;
  const [pattern, ...others] = positionals;
  if (given['read-only'])
    return refuse(
      'the mode is read-only, and nobody knows what will be typed; no --read-only is wanted',
      'refused',
    );
  if (given.json) return refuse('a shell is for people; no --json is wanted');
  if (pattern === undefined || others.length > 0)
    return refuse(
      `${pattern === undefined ? 'no host is named' : `"${positionals.join(' ')}" is too much`}; one host is wanted`,
    );
  if (afterDashes === undefined && !stdout.isTTY)
    return refuse('there is no terminal; a command after "--" is wanted, or "pvefleet exec"');
  const [{ openInventory }, { logInVariables }] = await Promise.all([
    import('./open-inventory.ts'),
    import('./log-in-variables.ts'),
  ]);
  const connection = await logInVariables(context);
  if (!connection.ok) return connection;
  const opened = await openInventory({ ...context, connection: connection.value }, pattern);
  if (!opened.ok) return opened;
  const [node, ...more] = opened.value.nodes;
  if (node !== undefined && more.length === 0) return ok(node);
  const { foldNodeSet } = await import('../inventory/node-set.ts');
  return refuse(
    `"${pattern}" names ${foldNodeSet(opened.value.nodes.map(({ name }) => name))}; one host is wanted`,
  );
}

function refuse(problem: string, trouble: Diagnostic['trouble'] = 'invalid'): Result<never> {
  return fail({
    code: 'cli/ssh',
    severity: 'error',
    trouble,
    message: `Cannot open a shell: ${problem}`,
    hint: 'Write: pvefleet ssh NODE, as in: pvefleet ssh pve1',
  });
}
