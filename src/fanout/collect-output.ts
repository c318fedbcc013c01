import { createHash } from 'node:crypto';
import type { OutputSink } from '../transports/transport.ts';

/** Bytes that are kept of each stream of a command. */
export const keptBytes = 4 * 2 ** 20;

/** A command's output, as far as it was kept. */
export interface Collected {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** What came beyond that and was dropped: bytes, and the SHA-256 of them. */
  readonly cut?: { readonly bytes: number; readonly sha256: string };
}

/** Keeps the beginning of each stream, counts the rest, and holds nothing back. */
export function outputCollector(limit = keptBytes): { readonly sink: OutputSink; collected(): Collected } {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const room = { stdout: limit, stderr: limit };
  const rest = createHash('sha256');
  let dropped = 0;
  return {
    sink: (stream, chunk) => {
      const part = chunk.subarray(0, room[stream]);
      if (part.length > 0) kept[stream].push(part);
      room[stream] -= part.length;
      if (part.length < chunk.length) {
        dropped += chunk.length - part.length;
        rest.update(chunk.subarray(part.length));
      }
      return undefined;
    },
    collected: () => ({
      stdout: Buffer.concat(kept.stdout),
      stderr: Buffer.concat(kept.stderr),
      ...(dropped > 0 && { cut: { bytes: dropped, sha256: rest.copy().digest('hex') } }),
    }),
  };
}
