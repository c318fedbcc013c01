import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import type { ApplyInput } from './apply-input.ts';
import type { CliContext, Help } from './command.ts';
import type { Fleet } from './connect.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { brakeFlags, lockFlags, planFlags, reportFlags } from './flags.ts';

export const flags = {
  yes: { short: 'y', help: 'apply without asking' },
  'allow-destroy': { help: 'remove what the document says is absent' },
  'rotate-secrets': { help: 'set secrets again that are set and can not be compared' },
  ...reportFlags,
  ...brakeFlags,
  ...lockFlags,
  ...planFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'DOCUMENT|PLAN',
  about: [
    'Shows the same plan as "pvefleet plan", asks, and does what it says: no more, and in that order. When a part of the document is refused, nothing of it is applied; but what is for a node that did not answer is left out, and the rest applied (exit 4).',
    'A plan that "pvefleet plan --out" saved is applied exactly as it is, and nothing else: the nodes are asked again first, and when a file that it was computed from was changed since, it is named and nothing is done (exit 5).',
    'Brakes (--max-changes, --max-restarts, --max-destroys) refuse a plan that is larger than was meant (exit 6); --serial changes a few nodes at a time. They belong in the config file: see "pvefleet config".',
    'While it changes a cluster no other run may: it is refused (exit 5) and told by whom it is held up. With --lock-wait it waits.',
    'Ctrl-C begins nothing more and waits for the commands that run; a second one leaves them to their nodes. "pvefleet resume" goes on after both, and after a kill.',
    'With --json each event is one JSON object on a line of its own, a command\'s with its text, and the last one the result in the shape of the plugin contract. For a diff that "pvefleet diff" printed that result is all.',
  ],
  examples: [
    ['pvefleet apply documents/web.json -i inventory.yml', 'Show the plan, ask, apply:'],
    ['pvefleet apply web.plan', 'Do what a saved plan says, and nothing else:'],
    [
      'pvefleet apply documents/web.json --serial 1,10%,100% --pause 60',
      'One node first, then a tenth, then all:',
    ],
    ['pvefleet apply documents/web.json --yes --json', 'For scripts:'],
    ['pvefleet apply documents/web.json --html run.html', 'With a page to be sent to others:'],
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
  const { input, brakes, fleet } = prepared.value;
  try {
    const working = applyDocument(input, brakes, fleet, context);
    // A second Ctrl-C leaves when the journal has its end.
    context.hold?.(working);
    return await working;
  } finally {
    await fleet.pool.close();
  }
}

interface Prepared {
  readonly input: ApplyInput;
  readonly brakes: Brakes;
  readonly fleet: Fleet;
}

/** What can be wrong before anything is connected to. */
async function prepare(context: ApplyContext): Promise<Result<Prepared>> {
  const [{ documentArgument }, { readBrakes }, { readApplyInput }, { openFleet }, { checkReports }] =
    await Promise.all([
      import('./document-argument.ts'),
      import('./brakes.ts'),
      import('./apply-input.ts'),
      import('./connect.ts'),
      import('./write-report.ts'),
    ]);
  const { flags: given } = context;
  if (given['read-only']) return fail(readOnly);
  const file = documentArgument(context, 'apply');
  if (!file.ok) return file;
  const brakes = readBrakes(given, 'apply');
  if (!brakes.ok) return brakes;
  const reports = await checkReports(given);
  if (!reports.ok) return reports;
  const input = await readApplyInput(file.value, {
    allowDestroy: given['allow-destroy'],
    rotateSecrets: given['rotate-secrets'],
    targets: given.target,
  });
  if (!input.ok) return input;
  const fleet = await openFleet(context);
  if (!fleet.ok) return fleet;
  return ok({ input: input.value, brakes: brakes.value, fleet: fleet.value }, [
    ...input.warnings,
    ...fleet.warnings,
  ]);
}

const readOnly: Diagnostic = {
  code: 'cli/read-only',
  severity: 'error',
  trouble: 'refused',
  message: 'Cannot run apply: the mode is read-only, and applying changes nodes; no --read-only is wanted',
  hint: 'To see what would change: pvefleet plan DOCUMENT. Where it was set: pvefleet config',
};
