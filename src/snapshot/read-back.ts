import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { SentFile } from './frames.ts';
import { parseFrames } from './frames.ts';
import { probeScript } from './probe.ts';
import { readEtcPve, readRunning } from './read-answer.ts';
import type { NodeState, Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import { withFile, withPower, withRunning } from './change.ts';
import { parseGuestConfigPath } from './guests.ts';

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

/**
 * The snapshot with what was read again on that node: these files, and whether their guests run. Other guests are left
 * as they are, since steps that run side by side may have been read in another order than they ended.
 */
export function refresh(snapshot: Snapshot, node: string, { files, running }: ReadBack): Snapshot {
  return Object.entries(files).reduce((before, [path, file]) => {
    const read = withFile(before, path, file?.text, file?.sha1);
    const guest = parseGuestConfigPath(path);
    if (guest === undefined) return read;
    if (isUnknown(running)) return withRunning(read, node, running);
    const runs = (guest.type === 'vm' ? running.vms : running.containers).includes(guest.vmid);
    return withPower(read, node, guest.type, guest.vmid, runs && file !== null);
  }, snapshot);
}
