import type { Diagnostic } from '../diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import type { Surroundings } from './command.ts';

/** Asks whether the plans may be applied; undefined means yes, else why not. */
export async function confirm(
  plans: readonly Plan[],
  world: Pick<Surroundings, 'stderr' | 'ask'>,
): Promise<Diagnostic | undefined> {
  const what = questionAbout(plans);
  if (!world.stderr.isTTY) {
    const message = `Cannot apply ${what}: nobody can be asked without a terminal; consent is wanted`;
    return {
      ...notApplied(message),
      hint: 'Look at the plan first (it is above, or see "pvefleet plan"), then give your consent with --yes',
    };
  }
  const answer = await world.ask(`\nApply ${what}? Type yes: `);
  if (answer?.trim() === 'yes') return undefined;
  const said = answer === undefined ? 'no answer came' : `the answer was ${JSON.stringify(answer)}`;
  return notApplied(`Cannot apply ${what}: ${said}; "yes" is wanted. Nothing was changed`);
}

/** "these 3 changes in cluster lab" */
function questionAbout(plans: readonly Plan[]): string {
  const count = plans.reduce((sum, { changes }) => sum + changes.length, 0);
  const clusters = plans.map(({ cluster }) => cluster);
  const where =
    clusters.length === 1 ? `cluster ${clusters.join('')}` : `the clusters ${clusters.join(', ')}`;
  return `${count === 1 ? 'this change' : `these ${count} changes`} in ${where}`;
}

function notApplied(message: string): Diagnostic {
  return { code: 'apply/no-consent', severity: 'error', trouble: 'invalid', message };
}
