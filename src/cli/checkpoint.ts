import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { checkpointFlags, FlagValues } from './flags.ts';
import { usageError } from './parse-flags.ts';

/** What is taken of guests before they are changed; nothing: no checkpoint. */
export interface Checkpoint {
  /** Snapshots, and those that are so many days old are removed. */
  readonly checkpointDays?: number;
  /** Backups, on this storage. */
  readonly checkpointStorage?: string;
}

export function readCheckpoint(
  {
    checkpoint = 'none',
    'checkpoint-keep-days': checkpointDays = 0,
    'checkpoint-storage': checkpointStorage,
  }: Partial<FlagValues<typeof checkpointFlags>>,
  command: string,
): Result<Checkpoint> {
  if (checkpoint === 'none') return ok({});
  if (checkpoint === 'snapshot') return ok({ checkpointDays });
  if (checkpointStorage !== undefined) return ok({ checkpointStorage });
  const what = '--checkpoint backup is given without --checkpoint-storage; a storage for backups is wanted';
  return fail(usageError('cli/flag', `Cannot run ${command}: ${what}`, command));
}
