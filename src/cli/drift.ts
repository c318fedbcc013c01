import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { compareFlags, reportFlags } from './flags.ts';

export const flags = {
  undeclared: { help: 'tell also of guests that nobody declared, in the clusters that the document is for' },
  'one-line': { help: 'print one line only, for a monitor' },
  ...reportFlags,
  ...compareFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'STATE',
  about: [
    'Compares the fleet with a state document and exits with 2 when something is not as declared. Nothing is changed. A declared value that is there and waits for the restart of its guest is told, and is no drift.',
    'With --json it prints one object: drift, different, needsRestart, undeclared, refusals, warnings, unreachable, summary.',
  ],
  examples: [
    ['pvefleet drift documents/web.json --undeclared', 'What is not as declared:'],
    ['pvefleet drift documents/web.json --one-line || mail -s drift root', 'From cron:'],
    [
      'pvefleet drift documents/web.json --junit drift.xml --html drift.html',
      'In CI, with a page for people:',
    ],
  ],
};

type DriftContext = CliContext<typeof flags>;

export async function run(context: DriftContext): Promise<number> {
  const [{ printDiagnostics }, { hasDrift }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('../documents/drift-of-document.ts'),
  ]);
  const { stderr, flags: given } = context;
  const started = performance.now();
  const found = await findDrift(context);
  const written = found.ok ? await writeFiles(found.value, context, performance.now() - started) : found;
  if (!found.ok || !written.ok) {
    const problems = written.ok ? [] : written.diagnostics;
    printDiagnostics(problems, stderr);
    return exitCodeFor(problems);
  }
  const drift = found.value;
  const refused = drift.refusals.flatMap(({ diagnostics }) => diagnostics);
  if (!given['one-line'])
    printDiagnostics([...found.warnings, ...drift.unreachable, ...drift.warnings, ...refused], stderr);
  await print(drift, context);
  const trouble = exitCodeFor([...drift.unreachable, ...refused]);
  return trouble === exitCode.done && hasDrift(drift) ? exitCode.pending : trouble;
}

async function print(drift: DriftReport, { stdout, flags: given }: DriftContext): Promise<void> {
  if (given.json) {
    const { driftJson } = await import('../report/drift-json.ts');
    stdout.write(driftJson(drift));
    return;
  }
  const { driftLine, driftText } = await import('../report/drift-text.ts');
  stdout.write(
    given['one-line']
      ? `${driftLine(drift)}\n`
      : driftText(drift, { colour: stdout.colour, width: stdout.columns }),
  );
}

async function findDrift(context: DriftContext): Promise<Result<DriftReport>> {
  const [{ checkReports }, { comparePlan }, { driftOfDocument }] = await Promise.all([
    import('./write-report.ts'),
    import('./compare-plan.ts'),
    import('../documents/drift-of-document.ts'),
  ]);
  const reports = await checkReports(context.flags);
  if (!reports.ok) return reports;
  const plan = await comparePlan(context, 'drift');
  return plan.ok ? ok(driftOfDocument(plan.value, context.flags.undeclared), plan.warnings) : plan;
}

async function writeFiles(
  drift: DriftReport,
  context: DriftContext,
  milliseconds: number,
): Promise<Result<void>> {
  const { junit, html } = context.flags;
  if (junit === undefined && html === undefined) return ok(undefined);
  const { writeDriftFiles } = await import('./write-files.ts');
  return writeDriftFiles(drift, { junit, html }, milliseconds / 1000, context);
}
