import type { Result } from '../diagnostic.ts';
import { diagnosticsOf, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { brakeFlags, planFlags, reportFlags } from './flags.ts';

export const flags = {
  from: {
    value: 'DIR',
    help: 'plan against a saved survey or a copy of /etc/pve in DIR; no node is connected to',
  },
  'detailed-exitcode': { help: 'exit with 2 when there is something to change' },
  'allow-destroy': { help: 'plan the removal of what the document says is absent' },
  'rotate-secrets': { help: 'set secrets again that are set and can not be compared' },
  out: { value: 'FILE', help: 'save the plan, for "pvefleet apply FILE"' },
  html: reportFlags.html,
  ...brakeFlags,
  ...planFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'DOCUMENT',
  about: [
    'Compares a state document (JSON or YAML) with the nodes and shows what "pvefleet apply" would change, with the exact commands. Nothing is changed.',
    'With --json it prints one object: plans, needsRestart, refusals, warnings, unreachable, brakes, summary. With --out FILE the plan is saved, with the digests of the files that it was computed from: "pvefleet apply FILE" does that and nothing else.',
  ],
  examples: [
    ['pvefleet plan documents/web.json -i inventory.yml', 'What would change:'],
    [
      'pvefleet plan documents/web.json --from survey/',
      'The same without SSH, from what "pvefleet survey -o survey/" saved:',
    ],
    [
      "pvefleet plan documents/web.json --target 'vm/1*' --out web.plan",
      'A part of it, saved to be applied later:',
    ],
    ['pvefleet plan documents/web.json --html plan.html', 'As a page to be sent to others:'],
    [
      'pvefleet plan documents/web.json --detailed-exitcode',
      'For scripts: 0 nothing to do, 2 something, others trouble:',
    ],
  ],
};

type PlanContext = CliContext<typeof flags>;

export async function run(context: PlanContext): Promise<number> {
  const [{ printDiagnostics }, { planJson }, { showPlan }, { troubleOf }, { overCeilings }] =
    await Promise.all([
      import('./print-diagnostics.ts'),
      import('../report/plan-json.ts'),
      import('./show-plan.ts'),
      import('../documents/plan-document.ts'),
      import('../plan/brakes.ts'),
    ]);
  const { stdout, stderr, flags: given } = context;
  const planned = await planFile(context);
  if (!planned.ok) {
    printDiagnostics(planned.diagnostics, stderr);
    return exitCodeFor(planned.diagnostics);
  }
  printDiagnostics(planned.warnings, stderr);
  const { plan, brakes } = planned.value;
  if (given.json) stdout.write(planJson(plan, brakes));
  else showPlan(plan, brakes, context);
  const saved = await save(planned.value, given.out);
  printDiagnostics(diagnosticsOf(saved), stderr);
  if (!saved.ok) return exitCodeFor(saved.diagnostics);
  if (given.out !== undefined)
    stderr.write(`Saved in ${given.out}; apply it with: pvefleet apply ${given.out}\n`);
  const page = await writePage(planned.value, context);
  if (!page.ok) {
    printDiagnostics(page.diagnostics, stderr);
    return exitCodeFor(page.diagnostics);
  }
  const trouble = exitCodeFor([...troubleOf(plan), ...overCeilings(plan.plans, brakes)]);
  const pending = given['detailed-exitcode'] && plan.plans.length > 0;
  return trouble === exitCode.done && pending ? exitCode.pending : trouble;
}

interface PlannedFile {
  readonly file: string;
  readonly text: string;
  readonly plan: DocumentPlan;
  readonly brakes: Brakes;
}

async function save(planned: PlannedFile, out: string | undefined): Promise<Result<void>> {
  return out === undefined ? ok(undefined) : (await import('./save-plan.ts')).savePlan(planned, out);
}

async function writePage({ plan, brakes }: PlannedFile, context: PlanContext): Promise<Result<void>> {
  const { html } = context.flags;
  if (html === undefined) return ok(undefined);
  const { writePlanPage } = await import('./write-files.ts');
  return writePlanPage(html, plan, brakes, context);
}

/** Whatever is wrong with the document is told before anything is connected to. */
async function planFile(context: PlanContext): Promise<Result<PlannedFile>> {
  const [
    { checkReports },
    { loadText },
    { readDocument },
    { planDocument },
    { documentArgument },
    { readBrakes },
    { knownSecretsOf },
  ] = await Promise.all([
    import('./write-report.ts'),
    import('../documents/load-document.ts'),
    import('../documents/read-document.ts'),
    import('../documents/plan-document.ts'),
    import('./document-argument.ts'),
    import('./brakes.ts'),
    import('./known-secrets.ts'),
  ]);
  const { flags: given } = context;
  const file = documentArgument(context, 'plan');
  if (!file.ok) return file;
  const brakes = readBrakes(given, 'plan');
  if (!brakes.ok) return brakes;
  const reports = await checkReports(given);
  if (!reports.ok) return reports;
  const text = await loadText(file.value);
  if (!text.ok) return text;
  const specs = await readDocument(text.value, file.value);
  if (!specs.ok) return specs;
  const survey = await readSurvey(context);
  if (!survey.ok) return survey;
  const planned = planDocument(specs.value, survey.value, {
    allowDestroy: given['allow-destroy'],
    rotateSecrets: given['rotate-secrets'],
    knownSecrets: await knownSecretsOf(context),
    targets: given.target,
  });
  if (!planned.ok) return planned;
  return ok({ file: file.value, text: text.value, plan: planned.value, brakes: brakes.value }, [
    ...specs.warnings,
    ...survey.warnings,
  ]);
}

async function readSurvey(context: PlanContext): Promise<Result<Survey>> {
  return (await import('./read-survey.ts')).surveyOrSaved(context);
}
