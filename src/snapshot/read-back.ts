import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { SentFile } from './frames.ts';
import { parseFrames } from './frames.ts';
import { probeScript } from './probe.ts';
import { readEtcPve, readRunning } from './read-answer.ts';
import type { NodeState, Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import { withFile, withRunning } from './change.ts';

/** What was read again on one node after a step. */
export interface ReadBack {
  /** What the step's own command printed before. */
  readonly output: Buffer;
  /** By path; null: not there. */
  readonly files: Readonly<Record<string, SentFile | null>>;
  /** All guests that run on the node. */
  readonly running: NodeState['running'];
}

/**
 * Shell text that prints these files (absolute paths, links resolved) and which guests run, to be put after a step's command.
 * It leaves the shell's variables as they were. `nonce` (newNonce) tells its output from the command's.
 */
export function readBackScript({ files }: { readonly files: readonly string[] }, nonce: string): string {
  return probeScript({ mode: 'read-back', paths: files }, nonce);
}

/** Takes a step's output apart again. Fails when the reading did not come to its end or /etc/pve could not be read. */
export function parseReadBack(stdout: Buffer, nonce: string): Result<ReadBack> {
  const frames = parseFrames(stdout, nonce);
  const running = frames && readRunning(frames);
  if (frames === undefined || running === undefined) return fail(notReadBack('the output ends before it'));
  const etcPve = readEtcPve(frames);
  if (isUnknown(etcPve)) return fail(notReadBack(`of /etc/pve the node says: ${etcPve.unknown}`));
  const files = { ...frames.files, ...Object.fromEntries(frames.missing.map((path) => [path, null])) };
  return ok({ output: frames.before, files, running });
}

function notReadBack(what: string) {
  return {
    code: 'probe/no-read-back',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot read again what a step has changed: ${what}; wanted are the files as they are now`,
    hint: 'Plan again to see what has come of it.',
  } as const;
}

/** The snapshot with what was read again on that node. */
export function refresh(snapshot: Snapshot, node: string, { files, running }: ReadBack): Snapshot {
  const read = Object.entries(files).reduce((before, [path, file]) => withFile(before, path, file?.text, file?.sha1), snapshot);
  return withRunning(read, node, running);
}
