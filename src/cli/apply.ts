import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Spec } from '../spec.ts';
import type { CliContext, Help } from './command.ts';
import type { Fleet } from './connect.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  yes: { short: 'y', help: 'apply without asking' },
  'allow-destroy': { help: 'remove what the document says is absent' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'DOCUMENT',
  about: [
    'Shows the same plan as "pvefleet plan", asks, and does what it says: no more, and in that order. When a part of the document is refused, nothing of it is applied; but what is for a node that did not answer is left out, and the rest applied (exit 4).',
    'Ctrl-C stops between two commands. What was done is in the journal, and running it again does the rest.',
    "With --json each event is one JSON object on a line of its own, a command's with its text.",
  ],
  examples: [
    ['pvefleet apply documents/web.json -i inventory.yml', 'Show the plan, ask, apply:'],
    ['pvefleet apply documents/web.json --yes --json', 'For scripts:'],
  ],
};

type ApplyContext = CliContext<typeof flags>;

export async function run(context: ApplyContext): Promise<number> {
  const [{ printDiagnostics }, { applyDocument }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('./apply-document.ts'),
  ]);
  const prepared = await prepare(context);
  if (!prepared.ok) {
    printDiagnostics(prepared.diagnostics, context.stderr);
    return exitCodeFor(prepared.diagnostics);
  }
  printDiagnostics(prepared.warnings, context.stderr);
  const { specs, fleet } = prepared.value;
  try {
    return await applyDocument(specs, fleet, context);
  } finally {
    await fleet.pool.close();
  }
}

/** What can be wrong before anything is connected to. */
async function prepare(
  context: ApplyContext,
): Promise<Result<{ readonly specs: readonly Spec[]; readonly fleet: Fleet }>> {
  const [{ documentArgument }, { loadDocument }, { openFleet }] = await Promise.all([
    import('./document-argument.ts'),
    import('../documents/load-document.ts'),
    import('./connect.ts'),
  ]);
  if (context.flags['read-only']) return fail(readOnly);
  const file = documentArgument(context, 'apply');
  if (!file.ok) return file;
  const specs = await loadDocument(file.value);
  if (!specs.ok) return specs;
  const fleet = await openFleet(context);
  if (!fleet.ok) return fleet;
  return ok({ specs: specs.value, fleet: fleet.value }, [...specs.warnings, ...fleet.warnings]);
}

const readOnly: Diagnostic = {
  code: 'cli/read-only',
  severity: 'error',
  trouble: 'refused',
  message: 'Cannot run apply: the mode is read-only, and applying changes nodes; no --read-only is wanted',
  hint: 'To see what would change: pvefleet plan DOCUMENT',
};
