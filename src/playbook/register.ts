import type { ActionResult } from '../actions/action.ts';
import type { Variables } from '../template/render.ts';

/** What `register` keeps of one turn, by Ansible's names. */
export function recordOf({ outcome, message, diagnostics, result = {} }: ActionResult): Variables {
  const msg = result['msg'] ?? message ?? diagnostics[0]?.message;
  return {
    ...(msg !== undefined && { msg }),
    ...result,
    ...linesOf(result, 'stdout'),
    ...linesOf(result, 'stderr'),
    changed: outcome === 'changed' || result['changed'] === true,
    ...(outcome !== 'skipped' && { failed: outcome === 'failed' }),
    ...(outcome === 'skipped' && { skipped: true, skip_reason: 'Conditional result was False' }),
    ...(outcome === 'unreachable' && { unreachable: true }),
  };
}

/** What it keeps of a loop. */
export function recordOfLoop(records: readonly Variables[]): Variables {
  const some = (flag: string): boolean => records.some((record) => record[flag] === true);
  const isSkipped = records.every((record) => record['skipped'] === true);
  return {
    results: records,
    changed: some('changed'),
    failed: some('failed'),
    msg: isSkipped
      ? 'All items skipped'
      : some('failed')
        ? 'One or more items failed'
        : 'All items completed',
    ...(isSkipped && { skipped: true }),
  };
}

function linesOf(result: Variables, stream: 'stdout' | 'stderr'): Variables {
  const text = result[stream];
  return typeof text === 'string' ? { [`${stream}_lines`]: splitLines(text) } : {};
}

/** As Python's splitlines. */
const splitLines = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/(?:\r\n|\r|\n)$/u, '').split(/\r\n|\r|\n/u);
