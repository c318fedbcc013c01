import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { SentFile } from './frames.ts';
import { parseFrames } from './frames.ts';
import { probeScript } from './probe.ts';
import { readEtcPve, readRunning } from './read-answer.ts';
import type { NodeState, Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';
import { withFiles, withoutGuests, withPower, withRunning } from './change.ts';
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

/** What was read again, and on which node. */
export interface Reread extends Pick<ReadBack, 'files' | 'running'> {
  readonly node: string;
}

/**
 * The snapshot with all that was read again, in that order: these files, and whether their guests run. Other guests are
 * left as they are, since steps that run side by side may have been read in another order than they ended.
 */
export function refresh(snapshot: Snapshot, rereads: readonly Reread[]): Snapshot {
  if (rereads.length === 0) return snapshot;
  const files = Object.assign({}, ...rereads.map((reread) => reread.files));
  return rereads.reduce(refreshPower, withFiles(snapshot, files));
}

/** The same of a cluster without its other guests: enough to judge a step by, and as cheap among 3,000 guests as among 3. */
export function refreshAlone(snapshot: Snapshot, reread: Reread): Snapshot {
  return refresh(withoutGuests(snapshot), [reread]);
}

function refreshPower(snapshot: Snapshot, { node, files, running }: Reread): Snapshot {
  if (isUnknown(running)) return withRunning(snapshot, node, running);
  return Object.entries(files).reduce((before, [path, file]) => {
    const guest = parseGuestConfigPath(path);
    // What runs here says nothing of a guest that is, or was, elsewhere.
    if (guest === undefined || guest.node !== node) return before;
    const runs = (guest.type === 'vm' ? running.vms : running.containers).includes(guest.vmid);
    return withPower(before, node, guest.type, guest.vmid, runs && file !== null);
  }, snapshot);
}
