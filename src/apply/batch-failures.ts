import type { Diagnostic } from '../diagnostic.ts';

/** The nodes of a batch, and which of them ("lab/pve1") failed. */
export interface Batch {
  readonly nodes: number;
  readonly failed: Set<string>;
}

/** Counts a node that failed; says why nothing more may be begun, once they are more than so many percent. */
export function countFailure(
  node: string,
  { nodes, failed }: Batch,
  allowedPercent: number,
): Diagnostic | undefined {
  failed.add(node);
  return (failed.size * 100) / nodes <= allowedPercent
    ? undefined
    : tooManyFailed(failed.size, nodes, allowedPercent);
}

function tooManyFailed(failed: number, of: number, allowed: number): Diagnostic {
  return {
    code: 'apply/too-many-failed',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot go on: ${failed} of the ${of} ${of === 1 ? 'node' : 'nodes'} of this batch failed; at most ${allowed}% may (--max-fail-percentage)`,
    hint: 'What was begun is finished, nothing more is begun. Mend it and run again: what is done already is left alone.',
  };
}
