import { createHash } from 'node:crypto';

/** A file as the probe sent it, secrets blanked; the SHA-1 is of the true text, and missing for files that have none worth keeping. */
export interface SentFile {
  readonly sha1?: string;
  readonly text: string;
}

/** What the probe printed, taken apart; nothing is believed of it yet. */
export interface Frames {
  /** What came before the first line: a command's own output, or words of a login shell. */
  readonly before: Buffer;
  /** Lines of "word value", in order. */
  readonly facts: readonly (readonly [word: string, value: string])[];
  readonly files: Readonly<Record<string, SentFile>>;
  /** Files that are not there, of those that were asked for. */
  readonly missing: readonly string[];
  /** The last line came. */
  readonly complete: boolean;
}

interface OpenFile {
  readonly path: string;
  readonly sha1: string;
  readonly lines: Buffer[];
}

/** Takes the probe's output apart (probe.sh says how it is made); undefined when its first line is not there. A cut one gives what was whole. */
export function parseFrames(output: Buffer, nonce: string): Frames | undefined {
  const first = `\npvefleet-answer 1 ${nonce}\n`;
  const start = output.indexOf(first);
  if (start < 0) return undefined;
  const facts: (readonly [string, string])[] = [];
  const files: Record<string, SentFile> = {};
  const missing: string[] = [];
  let open: OpenFile | undefined;
  let complete = false;
  const close = (): void => {
    if (open !== undefined) files[open.path] = sentFile(open);
    open = undefined;
  };
  for (const line of linesOf(output.subarray(start + first.length))) {
    if (line[0] === bar) {
      open?.lines.push(line.subarray(1));
      continue;
    }
    const [word, value] = splitOnce(line.toString('utf8'));
    if (word === 'vanished') open = undefined;
    else close();
    if (word === 'file') {
      const [sha1, path] = splitOnce(value);
      open = { path, sha1, lines: [] };
    } else if (word === 'missing') missing.push(value);
    else if (word === 'end' && value === nonce) complete = true;
    else if (word !== '' && word !== 'vanished') facts.push([word, value]);
    if (complete) break;
  }
  return { before: output.subarray(0, start), facts, files, missing, complete };
}

const bar = '|'.charCodeAt(0);

/** Whole lines, without their line feeds. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
    yield bytes.subarray(from, to);
    from = to + 1;
  }
}

function splitOnce(text: string): readonly [string, string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}

/** Lines don't say whether the last one was ended by a line feed: the digest does, where no secret was blanked. */
function sentFile({ sha1, lines }: OpenFile): SentFile {
  const ended =
    lines.length === 0 ? Buffer.alloc(0) : Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const unended = ended.subarray(0, -1);
  const bytes = sha1 !== '-' && sha1 !== sha1Of(ended) && sha1 === sha1Of(unended) ? unended : ended;
  return { ...(sha1 !== '-' && { sha1 }), text: bytes.toString('utf8') };
}

function sha1Of(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}
