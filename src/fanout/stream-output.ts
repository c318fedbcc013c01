import { StringDecoder } from 'node:string_decoder';
import type { OutputSink } from '../transports/transport.ts';

type Stream = 'stdout' | 'stderr';
const streams = ['stdout', 'stderr'] as const;

/** Where bytes go; a promise says that they are not taken yet. */
export type Write = (stream: Stream, bytes: Buffer) => Promise<void> | undefined;

/** What becomes of one host's output while it comes. */
export interface HostStream {
  readonly sink: OutputSink;
  /** To be called when the command has ended: writes what is left, and lets others go on. */
  readonly end: () => Promise<void>;
}

/** Bytes of a line that are kept until its end comes; a longer line is broken there. */
export const longestLine = 64 * 2 ** 10;

/** Bytes of a host's stdout that wait for its turn; then the host is held back. */
export const waitingBytes = 2 ** 20;

const lineEnd = 0x0a;

/** Writes whole lines, each after the host's name, so that lines of several hosts don't mix. */
export function lineStream(host: string, write: Write): HostStream {
  const prefix = Buffer.from(`${host}: `).toString('latin1');
  const rest: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  // Whole lines as text of bytes: a million short lines take no longer than a few long ones.
  const withPrefixes = (lines: Buffer): Buffer => {
    const text = lines.toString('latin1', 0, lines.length - 1);
    return Buffer.from(`${prefix}${text.split('\n').join(`\n${prefix}`)}\n`, 'latin1');
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
    end: async () => {
      for (const stream of streams)
        if (rest[stream].length > 0) await write(stream, withPrefixes(asLine(rest[stream])));
    },
  };
}

/**
 * Makes streams that write bytes as they are, one host's stdout after the other's, unmixed, in the order in which hosts
 * begin to say something. Of those whose turn has not come some bytes wait here; whoever says more is held back. Errors
 * are written at once.
 */
export function rawStreams(write: Write, mostWaiting = waitingBytes): () => HostStream {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const waiting: Buffer[] = [];
    let bytes = 0;
    let turn: Promise<void> | undefined;
    let myTurn = false;
    let release = (): void => undefined;
    const writeWaiting = async (): Promise<void> => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift())
        await write('stdout', chunk);
      myTurn = true;
    };
    const takeTurn = (): Promise<void> => {
      const before = last;
      last = new Promise((resolve) => {
        release = resolve;
      });
      return before.then(writeWaiting);
    };
    return {
      sink: (stream, chunk) => {
        if (stream === 'stderr' || myTurn) return write(stream, chunk);
        waiting.push(chunk);
        bytes += chunk.length;
        turn ??= takeTurn();
        return bytes > mostWaiting ? turn : undefined;
      },
      end: async () => {
        await turn;
        release();
      },
    };
  };
}

/** Text as it may be printed where the stream leads; undefined: bytes may be written as they are. */
export type Clean = Readonly<Record<Stream, ((text: string) => string) | undefined>>;

/** Cleans the text of some streams on its way; characters that are cut apart by packets are put together. */
export function cleaned({ sink, end }: HostStream, clean: Clean): HostStream {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  const pass = (stream: Stream, text: string): Promise<void> | undefined =>
    text === '' ? undefined : sink(stream, Buffer.from(clean[stream]?.(text) ?? text));
  return {
    sink: (stream, chunk) =>
      clean[stream] === undefined ? sink(stream, chunk) : pass(stream, decoders[stream].write(chunk)),
    end: async () => {
      for (const stream of streams) await pass(stream, decoders[stream].end());
      await end();
    },
  };
}
