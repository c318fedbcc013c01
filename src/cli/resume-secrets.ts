import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { documentSecrets } from '../documents/document-secrets.ts';
import { loadText } from '../documents/load-document.ts';
import type { Plan } from '../plan/plan.ts';
import { secretsNamed } from '../plan/secrets.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { ResumedRun } from './resumed-run.ts';
import { cannot } from './resumed-run.ts';

/**
 * The values of the secrets that what is left of a run names. No journal holds them: they are read where the run had
 * them from, from its document as it is now.
 */
export async function secretsOfRest(
  { chain: { first }, document }: Pick<ResumedRun, 'chain' | 'document'>,
  plans: readonly Plan[],
  survey: Survey,
): Promise<Result<ReadonlyMap<string, string>>> {
  const names = secretsNamed(plans);
  if (names.length === 0) return ok(new Map());
  const refused = (what: string): Result<never> =>
    fail(
      cannot(
        first,
        'resume/secret',
        'refused',
        `it needs ${names.join(', ')}, which no journal holds; ${what}`,
        'Apply its document again: what is done already is left alone.',
      ),
    );
  if (document === undefined) return refused('it was not given a document to read that from');
  const text = await loadText(document);
  const secrets = text.ok ? await documentSecrets(text.value, document, survey) : text;
  if (!secrets.ok) return refused(secrets.diagnostics.map(({ message }) => message).join('; '));
  const missing = names.filter((name) => !secrets.value.has(name));
  if (missing.length === 0) return secrets;
  return refused(`its document ${document} declares ${missing.join(', ')} no more`);
}
