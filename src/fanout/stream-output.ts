import type { OutputSink } from '../transports/transport.ts';

type Stream = 'stdout' | 'stderr';

/** Where bytes go; a promise says that they are not taken yet. */
export type Write = (stream: Stream, bytes: Buffer) => Promise<void> | undefined;

/** What becomes of one host's output while it comes. */
export interface HostStream {
  readonly sink: OutputSink;
  /** To be called when the command has ended: writes what is left, and lets others go on. */
  end(): void;
}

/** Bytes of a line that are kept until its end comes; a longer line is broken there. */
export const longestLine = 64 * 2 ** 10;

const lineEnd = 0x0a;

/** Writes whole lines, each after the host's name, so that lines of several hosts don't mix. */
export function lineStream(host: string, write: Write): HostStream {
  const prefix = Buffer.from(`${host}: `);
  const rest: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const withPrefixes = (text: Buffer): Buffer => {
    const parts: Buffer[] = [];
    for (let start = 0; start < text.length;) {
      const found = text.indexOf(lineEnd, start);
      const end = found === -1 ? text.length : found + 1;
      parts.push(prefix, text.subarray(start, end));
      start = end;
    }
    return Buffer.concat(parts);
  };
  const asLine = (text: Buffer): Buffer => Buffer.concat([text, Buffer.of(lineEnd)]);
  return {
    sink: (stream, chunk) => {
      const text = Buffer.concat([rest[stream], chunk]);
      const end = text.lastIndexOf(lineEnd) + 1;
      const tooLong = text.length - end > longestLine;
      rest[stream] = tooLong ? Buffer.alloc(0) : Buffer.from(text.subarray(end));
      const whole = tooLong ? asLine(text) : text.subarray(0, end);
      return whole.length === 0 ? undefined : write(stream, withPrefixes(whole));
    },
    end: () => {
      for (const stream of ['stdout', 'stderr'] as const)
        if (rest[stream].length > 0) void write(stream, withPrefixes(asLine(rest[stream])));
    },
  };
}

/**
 * Makes streams that write bytes as they are, one host's stdout after the other's, unmixed, in the order in which hosts
 * begin to say something; those whose turn has not come are held back. Errors are written at once.
 */
export function rawStreams(write: Write): () => HostStream {
  let last: Promise<void> = Promise.resolve();
  return () => {
    let turn: Promise<void> | undefined;
    let myTurn = false;
    let endTurn = (): void => undefined;
    const takeTurn = (): Promise<void> => {
      const mine = last;
      last = new Promise((resolve) => {
        endTurn = resolve;
      });
      return mine.then(() => {
        myTurn = true;
      });
    };
    return {
      sink: (stream, chunk) => {
        if (stream === 'stderr' || myTurn) return write(stream, chunk);
        turn ??= takeTurn();
        return turn.then(() => write(stream, chunk));
      },
      end: () => endTurn(),
    };
  };
}
