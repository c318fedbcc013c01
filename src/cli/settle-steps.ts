import { orLeft } from '../apply/leaving.ts';
import { createRereads } from '../apply/rereads.ts';
import type { Settled } from '../apply/settle.ts';
import { settle } from '../apply/settle.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { OpenStep } from '../journal/run-state.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { PlanMeans } from './apply-input.ts';

/**
 * Finds out how each step ended that was begun and has no end, all at once, and records it. Gives the survey with what they
 * touched; fails when one of them can't be settled, without a word when it was interrupted.
 */
export async function settleSteps(
  open: readonly OpenStep[],
  survey: Survey,
  { exec, signal, tell }: Pick<PlanMeans, 'exec' | 'signal' | 'tell'>,
): Promise<Result<Survey>> {
  const settled = await Promise.all(
    open.map(async (each): Promise<Settled | 'left'> => {
      // From now on it is this run that does not know how it ended.
      await tell(each.started);
      const found = await orLeft(settle(each, { survey, exec, signal, now: new Date() }), signal);
      if (found !== 'left' && found.event !== undefined) await tell(found.event);
      return found;
    }),
  );
  const known = settled.flatMap((each) => (each === 'left' ? [] : [each]));
  const troubles = known.flatMap(({ diagnostics }) => diagnostics);
  if (troubles.length > 0 || known.length < settled.length) return fail(...troubles);
  const rereads = createRereads(survey);
  for (const { cluster, reread } of known) rereads.note(cluster, reread);
  return ok(rereads.survey());
}
