import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { loadDocument } from '../documents/load-document.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import type { CliContext } from './command.ts';
import { documentArgument } from './document-argument.ts';
import type { compareFlags } from './flags.ts';
import { knownSecretsOf } from './known-secrets.ts';
import { surveyOrSaved } from './read-survey.ts';

/** A document held against the fleet, to be looked at only: what would be removed is planned too. */
export async function comparePlan(
  context: CliContext<typeof compareFlags>,
  command: 'drift' | 'diff',
): Promise<Result<DocumentPlan>> {
  const file = documentArgument(context, command);
  if (!file.ok) return file;
  const specs = await loadDocument(file.value);
  if (!specs.ok) return specs;
  const survey = await surveyOrSaved(context);
  if (!survey.ok) return survey;
  const planned = planDocument(specs.value, survey.value, {
    allowDestroy: true,
    knownSecrets: await knownSecretsOf(context),
    targets: context.flags.target,
  });
  return planned.ok ? ok(planned.value, [...specs.warnings, ...survey.warnings]) : planned;
}
