import type { Hash, HostRead } from './facts.ts';
import { isPlainPath, pathsOf } from './read-groups.ts';

type Line = readonly [word: string, value: string];

/** What a host says to one read, as lines of a word and a value. */
export type Answer = readonly Line[];

/** What a host answered to several reads, in their order. */
export interface Answers {
  /** The host's clock, in seconds since 1970. */
  readonly now: number;
  readonly answers: readonly Answer[];
}

/** Takes apart what readScript printed; undefined when it is not whole. */
export function parseAnswers(reads: readonly HostRead[], output: string): Answers | undefined {
  const sections = sectionsOf(output);
  if (sections.at(-1)?.word !== 'end') return undefined;
  const about = (word: string): readonly Section[] => sections.filter((section) => section.word === word);
  const paths = pathAnswers(reads, about);
  const packages = packageAnswers(about);
  const units = unitAnswers(reads, about);
  const others = new Map(about('read').map(({ argument, text }) => [Number(argument), wordLines(text)]));
  const answers = reads.map((read, index) => {
    if (read.read === 'path' && isPlainPath(read.path)) return withHash(paths(read.path), read.hash);
    if (read.read === 'package') return packages(read.name);
    return (read.read === 'unit' ? units.get(read.name) : others.get(index)) ?? [];
  });
  return { now: Number(about('now')[0]?.argument ?? 0), answers };
}

interface Section {
  readonly word: string;
  readonly argument: string;
  readonly text: string;
}

type About = (word: string) => readonly Section[];

function sectionsOf(output: string): readonly Section[] {
  return output
    .split(/^@/mu)
    .slice(1)
    .map((section) => {
      const [, word = '', argument = '', text = ''] = /^(\w*) ?([^\n]*)\n?([^]*)$/u.exec(section) ?? [];
      return { word, argument, text };
    });
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

const splitOnce = (line: string): Line => {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
};

const wordLines = (text: string): Answer => linesOf(text).map(splitOnce);

/** Of each path what the sections say of it. */
function pathAnswers(reads: readonly HostRead[], about: About): (path: string) => Answer {
  const known = new Map<string, Line[]>();
  const add = (path: string, word: string, value: string): void => {
    const lines = known.get(path) ?? [];
    known.set(path, lines);
    lines.push([word, value]);
  };
  for (const { word, text } of [...about('is'), ...about('followed')])
    for (const line of linesOf(text)) {
      const at = line.indexOf(' /');
      add(line.slice(at + 1), word, line.slice(0, at));
      // Links alone are followed: all else is what it is.
      if (word === 'is' && !line.startsWith('a')) add(line.slice(at + 1), 'followed', line.slice(0, at));
    }
  const paths = [...new Set(pathsOf(reads).map(({ path }) => path))];
  const real = about('real').at(-1)?.text.split('\0') ?? [];
  for (const [index, path] of paths.entries())
    if (real[index] !== undefined) add(path, 'real', base64(real[index]));
  for (const { word, argument, text } of [...about('target'), ...about('content')])
    add(argument, word, text.trimEnd());
  for (const { argument, text } of about('hash'))
    for (const line of linesOf(text)) {
      const at = line.indexOf(' ');
      add(line.slice(at + 2), argument, line.slice(0, at));
    }
  return (path) => known.get(path) ?? [];
}

/** Of checksums the one that was asked for. */
const withHash = (lines: Answer, hash: Hash | undefined): Answer =>
  lines.flatMap(([word, value]): Answer =>
    word.endsWith('sum') ? (word === `${hash}sum` ? [['hash', value]] : []) : [[word, value]],
  );

/** Packages are listed by name and architecture, and may be asked for by both. */
function packageAnswers(about: About): (name: string) => Answer {
  const installed = linesOf(about('packages')[0]?.text ?? '').map((line) => line.split(' '));
  const candidates = new Map<string, string>();
  let name = '';
  for (const [word, value] of wordLines(about('candidates')[0]?.text ?? '')) {
    if (word === 'name') name = value;
    else candidates.set(name, value);
  }
  return (wanted) => {
    const found = installed.filter(([one = '', architecture = '']) =>
      [one, `${one}:${architecture}`].includes(wanted),
    );
    const candidate = candidates.get(wanted);
    return [
      ...found.map(([, , ...status]): Line => ['package', status.join(' ')]),
      ...(candidate === undefined ? [] : [['candidate', candidate] as const]),
    ];
  };
}

/** Units come in the order in which they are asked for, an empty line between two. */
function unitAnswers(reads: readonly HostRead[], about: About): ReadonlyMap<string, Answer> {
  const properties = (text: string): Answer => linesOf(text).map((line) => ['unit', line]);
  const together = about('units')[0]?.text.split('\n\n');
  const names = reads.flatMap((read) => (read.read === 'unit' ? [read.name] : []));
  return together === undefined
    ? new Map(about('unit').map(({ argument, text }) => [argument, properties(text)]))
    : new Map(names.map((name, index) => [name, properties(together[index] ?? '')]));
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const plain = (text: string): string => Buffer.from(text, 'base64').toString();

export function valueOf(lines: Answer, word: string): string | undefined {
  return lines.find(([first]) => first === word)?.[1];
}

/** All names of what a read of a path is about: as asked, with the home directory put in, and with its links followed. */
export function placesOf(asked: string, answer: Answer): readonly string[] {
  const found = ['path', 'real'].flatMap((word) => valueOf(answer, word) ?? []).map(plain);
  return [...new Set([asked, ...found].map((path) => path.replace(/(?<=.)\/+$/u, '')))];
}
