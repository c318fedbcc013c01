import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import { secretName } from '../plan/secrets.ts';
import type { Survey } from '../snapshot/survey.ts';
import { placeSpecs } from './place-specs.ts';
import { readDocument } from './read-document.ts';

/** The values of the secrets that a document declares, by the names that plans have for them. */
export async function documentSecrets(
  text: string,
  file: string,
  survey: Survey,
): Promise<Result<ReadonlyMap<string, string>>> {
  const specs = await readDocument(text, file);
  if (!specs.ok) return specs;
  const placed = placeSpecs(specs.value, survey);
  if (!placed.ok) return placed;
  return ok(
    new Map(
      placed.value.flatMap((spec) => {
        const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
        if (parsed?.ok !== true) return [];
        const { address, secrets } = parsed.value;
        return Object.entries(secrets).map(
          ([option, value]) => [secretName(address, option), value] as const,
        );
      }),
    ),
  );
}
