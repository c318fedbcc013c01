import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  from: {
    value: 'DIR',
    help: 'plan against a saved survey or a copy of /etc/pve in DIR; no node is connected to',
  },
  'detailed-exitcode': { help: 'exit with 2 when there is something to change' },
  'allow-destroy': { help: 'plan the removal of what the document says is absent' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'DOCUMENT',
  about: [
    'Compares a state document (JSON or YAML) with the nodes and shows what "pvefleet apply" would change, with the exact commands. Nothing is changed.',
    'With --json it prints one object: plans, refusals, warnings, unreachable, summary.',
  ],
  examples: [
    ['pvefleet plan documents/web.json -i inventory.yml', 'What would change:'],
    [
      'pvefleet plan documents/web.json --from survey/',
      'The same without SSH, from what "pvefleet survey -o survey/" saved:',
    ],
    [
      'pvefleet plan documents/web.json --detailed-exitcode',
      'For scripts: 0 nothing to do, 2 something, others trouble:',
    ],
  ],
};

type PlanContext = CliContext<typeof flags>;

export async function run(context: PlanContext): Promise<number> {
  const [{ printDiagnostics }, { planJson }, { showPlan }, { troubleOf }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('../report/plan-json.ts'),
    import('./show-plan.ts'),
    import('../documents/plan-document.ts'),
  ]);
  const planned = await planFile(context);
  if (!planned.ok) {
    printDiagnostics(planned.diagnostics, context.stderr);
    return exitCodeFor(planned.diagnostics);
  }
  printDiagnostics(planned.warnings, context.stderr);
  const plan = planned.value;
  if (context.flags.json) context.stdout.write(planJson(plan));
  else showPlan(plan, context);
  const trouble = exitCodeFor(troubleOf(plan));
  const pending = context.flags['detailed-exitcode'] && plan.plans.length > 0;
  return trouble === exitCode.done && pending ? exitCode.pending : trouble;
}

/** Whatever is wrong with the document is told before anything is connected to. */
async function planFile(context: PlanContext): Promise<Result<DocumentPlan>> {
  const [{ loadDocument }, { planDocument }, { documentArgument }] = await Promise.all([
    import('../documents/load-document.ts'),
    import('../documents/plan-document.ts'),
    import('./document-argument.ts'),
  ]);
  const file = documentArgument(context, 'plan');
  if (!file.ok) return file;
  const specs = await loadDocument(file.value);
  if (!specs.ok) return specs;
  const survey = await readSurvey(context);
  if (!survey.ok) return survey;
  const planned = planDocument(specs.value, survey.value, { allowDestroy: context.flags['allow-destroy'] });
  return planned.ok ? ok(planned.value, [...specs.warnings, ...survey.warnings]) : planned;
}

async function readSurvey(context: PlanContext): Promise<Result<Survey>> {
  const { from } = context.flags;
  if (from !== undefined) {
    const { readOffline } = await import('../snapshot/read-offline.ts');
    return readOffline(from);
  }
  const { surveyFleet } = await import('./read-survey.ts');
  return surveyFleet(context);
}
