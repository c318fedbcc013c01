import type { Diagnostic } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { compareFlags } from './flags.ts';

export const flags = compareFlags;

export const help: Help = {
  usage: 'DOCUMENT',
  about: [
    'For other programs: prints what differs from a state document as JSON in the shape of the plugin contract: {plugin, actions, metadata: {timestamp, current_hash, desired_hash}}, an action being {"Create": {resource, config}}, {"Modify": {resource, changes}}, {"Delete": {resource}} or {"NoOp": {resource}}. Nothing is changed.',
    '"pvefleet apply FILE --yes --json" applies such a diff, if its resources still are what current_hash says, and prints {success, changes_applied, errors, checkpoint}. What can\'t be compared whole is not printed at all. People read "pvefleet plan" or "pvefleet drift".',
  ],
  examples: [
    ['pvefleet diff documents/web.json --json >diff.json', 'What differs:'],
    ['pvefleet apply diff.json --yes --json', 'Bring it about:'],
  ],
};

export async function run(context: CliContext<typeof flags>): Promise<number> {
  const [{ printDiagnostics }, { comparePlan }, { troubleOf }, { secretsLeftOut, stateDiff }] =
    await Promise.all([
      import('./print-diagnostics.ts'),
      import('./compare-plan.ts'),
      import('../documents/plan-document.ts'),
      import('../contract/state-diff.ts'),
    ]);
  const compared = await comparePlan(context, 'diff');
  if (!compared.ok) {
    printDiagnostics(compared.diagnostics, context.stderr);
    return exitCodeFor(compared.diagnostics);
  }
  const plan = compared.value;
  const trouble = troubleOf(plan);
  printDiagnostics([...compared.warnings, ...plan.warnings, ...trouble], context.stderr);
  const code = exitCodeFor(trouble);
  if (plan.compared < plan.specs.length) {
    const told: Diagnostic = notWhole(plan.specs.length - plan.compared, plan.specs.length);
    printDiagnostics([told], context.stderr);
    return code === exitCode.done ? exitCode.unreachable : code;
  }
  printDiagnostics(secretsLeftOut(plan), context.stderr);
  context.stdout.write(`${JSON.stringify(stateDiff(plan, Math.floor(Date.now() / 1000)), null, 2)}\n`);
  return code;
}

function notWhole(missing: number, of: number): Diagnostic {
  return {
    code: 'contract/not-whole',
    severity: 'error',
    trouble: 'unreachable',
    message: `Cannot print the diff: ${missing} of ${of} resources could not be compared; all of them are wanted`,
    hint: 'Mend that, or name others with --target.',
  };
}
