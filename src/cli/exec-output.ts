import type { Stop } from '../fanout/stop.ts';
import type { HostStream, Write } from '../fanout/stream-output.ts';
import { cleaned, lineStream, rawStreams } from '../fanout/stream-output.ts';
import { painter } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { foldAnswers } from './answers.ts';
import { diffAnswers } from './answers-diff.ts';
import { jsonLine } from './answers-json.ts';
import type { Output, Surroundings } from './command.ts';
import { countAnswers } from './count-answers.ts';
import type { Answer } from './exec-everywhere.ts';
import type { OutputMode } from './exec-request.ts';

/** Where answers go while they come, and what is printed of them at the end. */
export interface ExecOutput {
  readonly onAnswer: (answer: Answer) => void;
  readonly stream?: (host: string) => HostStream;
  /** Prints what is printed of all of them together. */
  end(answers: readonly Answer[]): void;
}

/** Why a run ends whose output nobody reads any more, as with "| head". */
export const nobodyReads = 'nobody reads the output any more';

/** The output of a run in one of its forms. */
export function execOutput(
  mode: OutputMode,
  hosts: readonly string[],
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
  stop: Stop,
): ExecOutput {
  const streams = mode === 'lines' || mode === 'raw' || mode === 'json';
  // A line that comes and goes would get between lines that are printed on the same terminal.
  const counter = streams && stdout.isTTY ? undefined : countAnswers(hosts, stderr);
  const write = writer(stdout, stderr, stop, () => counter?.hide());
  const stream = streamMaker(mode, write, { stdout, stderr });
  return {
    onAnswer: (answer) => {
      counter?.answered(answer.host);
      if (mode === 'json') void write('stdout', Buffer.from(jsonLine(answer)));
    },
    ...(stream !== undefined && { stream }),
    end: (answers) => {
      counter?.end();
      const look = { paint: painter(stdout.colour), clean: stdout.isTTY ? cleanText : asItIs };
      if (mode === 'fold') stdout.write(foldAnswers(answers, look));
      if (mode === 'diff') stdout.write(diffAnswers(answers, look));
    },
  };
}

/** Writes, and waits while a stream is full; the run is stopped when nobody reads its output. */
function writer(stdout: Output, stderr: Output, stop: Stop, hideCounter: () => void): Write {
  return async (stream, bytes) => {
    if (stream === 'stderr') hideCounter();
    const output = stream === 'stdout' ? stdout : stderr;
    output.write(bytes);
    const isRead = (await output.drained?.()) ?? true;
    if (!isRead && stream === 'stdout') stop.stop(nobodyReads);
  };
}

function streamMaker(
  mode: OutputMode,
  write: Write,
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
): ((host: string) => HostStream) | undefined {
  const clean = { stdout: cleaner(stdout), stderr: cleaner(stderr) };
  if (mode === 'lines') return (host) => cleaned(lineStream(host, write), clean);
  if (mode !== 'raw') return undefined;
  const next = rawStreams(write);
  return () => cleaned(next(), clean);
}

/** What a node says may not steer a terminal. */
const cleaner = ({ isTTY }: Output): ((text: string) => string) | undefined =>
  isTTY ? cleanText : undefined;

const cleanText = (text: string): string => printable(text.replaceAll('\r\n', '\n'));

const asItIs = (text: string): string => text;
