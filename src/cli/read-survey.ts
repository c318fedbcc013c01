import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { FleetContext } from './connect.ts';

/** Asks the hosts that `pattern` and --limit name; connections are closed when it returns. */
export async function surveyFleet(
  context: FleetContext & { readonly signal: AbortSignal },
  pattern?: string,
): Promise<Result<Survey>> {
  const [{ openFleet }, { execByHost }, { survey }] = await Promise.all([
    import('./connect.ts'),
    import('./exec-by-host.ts'),
    import('../snapshot/survey.ts'),
  ]);
  const fleet = await openFleet(context, pattern, context.signal);
  if (!fleet.ok) return fleet;
  const found = await survey(fleet.value.nodes, execByHost(fleet.value));
  await fleet.value.pool.close();
  return ok(found, fleet.warnings);
}
