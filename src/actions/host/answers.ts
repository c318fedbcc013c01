import type { HostRead } from './facts.ts';

type Line = readonly [word: string, value: string];

/** What a host printed to one read, as lines of a word and a value. */
export type Answer = readonly Line[];

/** What a host answered to several reads, in their order. */
export interface Answers {
  /** The host's clock, in seconds since 1970. */
  readonly now: number;
  readonly answers: readonly Answer[];
}

/** Takes apart what readScript printed; undefined when it is not whole. */
export function parseAnswers(reads: readonly HostRead[], output: string): Answers | undefined {
  const [before = '', ...sections] = output.split(/^@(?:\d+|end)\n/mu);
  if (sections.length < reads.length + 1) return undefined;
  const now = valueOf(linesOf(before), 'now') ?? 0;
  return { now: Number(now), answers: sections.slice(0, reads.length).map(linesOf) };
}

const linesOf = (text: string): Answer =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    });

export const plain = (base64: string): string => Buffer.from(base64, 'base64').toString();

export function valueOf(lines: Answer, word: string): string | undefined {
  return lines.find(([first]) => first === word)?.[1];
}

/** All names of what a read of a path is about: as asked, with the home directory put in, and with its links followed. */
export function placesOf(asked: string, answer: Answer): readonly string[] {
  const found = ['path', 'real'].flatMap((word) => valueOf(answer, word) ?? []).map(plain);
  return [...new Set([asked, ...found].map((path) => path.replace(/(?<=.)\/+$/u, '')))];
}
