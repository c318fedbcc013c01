import { createHash } from 'node:crypto';
import type { OutputSink } from '../transports/transport.ts';

/** Bytes that are kept of each stream of a command. */
export const keptBytes = 2 ** 20;

/** The end of a stream that was not kept. */
export interface CutOff {
  /** How long it is; undefined where that is not known. */
  readonly bytes?: number;
  readonly sha256?: string;
}

/** A command's output, as far as it was kept. */
export interface Collected {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** What is missing at the end of a stream. */
  readonly cut?: { readonly stdout?: CutOff; readonly stderr?: CutOff };
}

/** Keeps the beginning of each stream, counts and hashes the rest, and holds nothing back. */
export function outputCollector(limit = keptBytes): { readonly sink: OutputSink; collected(): Collected } {
  const streams = { stdout: keeper(limit), stderr: keeper(limit) };
  return {
    sink: (stream, chunk) => streams[stream].take(chunk),
    collected: () => {
      const [stdout, stderr] = [streams.stdout.cutOff(), streams.stderr.cutOff()];
      return {
        stdout: streams.stdout.kept(),
        stderr: streams.stderr.kept(),
        ...((stdout ?? stderr) && { cut: { ...(stdout && { stdout }), ...(stderr && { stderr }) } }),
      };
    },
  };
}

function keeper(limit: number) {
  const kept: Buffer[] = [];
  const rest = createHash('sha256');
  let room = limit;
  let dropped = 0;
  return {
    take: (chunk: Buffer): undefined => {
      const part = chunk.subarray(0, room);
      // A copy: a small piece would keep the whole packet that it came in.
      if (part.length > 0) kept.push(Buffer.from(part));
      room -= part.length;
      if (part.length === chunk.length) return;
      dropped += chunk.length - part.length;
      rest.update(chunk.subarray(part.length));
    },
    kept: (): Buffer => Buffer.concat(kept),
    cutOff: (): CutOff | undefined =>
      dropped === 0 ? undefined : { bytes: dropped, sha256: rest.copy().digest('hex') },
  };
}

const digests = new WeakMap<Collected, string>();

/** Equal for equal output, what was cut off included. */
export function digestOf(collected: Collected): string {
  const { stdout, stderr, cut = {} } = collected;
  const known = digests.get(collected);
  if (known !== undefined) return known;
  const digest = createHash('sha256')
    .update(JSON.stringify([stdout.length, cut.stdout, stderr.length, cut.stderr]))
    .update(stdout)
    .update(stderr)
    .digest('hex');
  digests.set(collected, digest);
  return digest;
}

/** Gives the first of equal outputs, so that what a hundred hosts say alike is kept once. */
export function sharingEqual(): (collected: Collected) => Collected {
  const known = new Map<string, Collected>();
  return (collected) => {
    const digest = digestOf(collected);
    const first = known.get(digest);
    if (first !== undefined) return first;
    known.set(digest, collected);
    return collected;
  };
}
