import type { Recorder } from '../apply/event.ts';
import type { Plan } from '../plan/plan.ts';
import { secretsOf } from '../plan/secrets.ts';
import { keepSecret } from './secrets-file.ts';

/** Records what happens, and keeps the hashes of the secrets that steps of these plans have set. */
export function keepingSecrets(
  record: Recorder,
  plans: readonly Plan[],
  secrets: ReadonlyMap<string, string>,
  directory: string,
): Recorder {
  if (secrets.size === 0) return record;
  const steps = plans.flatMap(({ cluster, changes }) =>
    changes.flatMap((change) => change.steps.map((step) => [`${cluster}#${step.id}`, step] as const)),
  );
  const byId = new Map(steps);
  return async (event) => {
    await record(event);
    if (event.type !== 'step-finished' || event.outcome === 'not-run') return;
    const step = byId.get(`${event.cluster}#${event.step}`);
    for (const name of step === undefined ? [] : secretsOf(step.act)) {
      const value = event.outcome === 'done' ? secrets.get(name) : undefined;
      // Where it can't be kept the secret is one that can't be compared; what was done is in the journal.
      await keepSecret(directory, name, value).catch(() => undefined);
    }
  };
}
