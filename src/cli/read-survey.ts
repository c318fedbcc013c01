import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { FleetContext } from './connect.ts';

/** What --from DIR holds, else what the nodes say. */
export async function surveyOrSaved(
  context: FleetContext & {
    readonly signal: AbortSignal;
    readonly flags: { readonly from: string | undefined };
  },
): Promise<Result<Survey>> {
  const { from } = context.flags;
  return from === undefined
    ? surveyFleet(context)
    : (await import('../snapshot/read-offline.ts')).readOffline(from);
}

/** Asks the hosts that `pattern` and --limit name; connections are closed when it returns. */
export async function surveyFleet(
  context: FleetContext & { readonly signal: AbortSignal },
  pattern?: string,
): Promise<Result<Survey>> {
  const [{ openFleet }, { surveyNodes }] = await Promise.all([
    import('./connect.ts'),
    import('./survey-nodes.ts'),
  ]);
  const fleet = await openFleet(context, pattern, context.signal);
  if (!fleet.ok) return fleet;
  const found = await surveyNodes(fleet.value, context.stderr);
  await fleet.value.pool.close();
  return ok(found, fleet.warnings);
}
