/**
 * corosync.conf, read as PVE reads it: words between white space, whatever line they stand on (Corosync.pm parse_conf
 * in pve-cluster). The text is kept whole, and all else are places in it: encode(decode(text)) is text, always.
 */
export interface CorosyncConfig {
  readonly text: string;
  /** What stands in no section, and all sections under it. */
  readonly main: CorosyncSection;
  /** Where PVE gives up on the file; reading goes on behind it. */
  readonly problems: readonly CorosyncProblem[];
}

/** `start` and `end` are offsets in the text: from the first character of a section's name to behind its "}". */
export interface CorosyncSection {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Offset of its "}"; of the text's end when it has none. */
  readonly close: number;
  readonly options: readonly CorosyncOption[];
  readonly sections: readonly CorosyncSection[];
}

/** "key: value"; `start` and `end` from the key to behind the value. */
export interface CorosyncOption {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface CorosyncProblem {
  readonly line: number;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

interface Word {
  readonly text: string;
  readonly line: number;
  readonly start: number;
}

interface Open {
  readonly word: Word;
  readonly options: CorosyncOption[];
  readonly sections: CorosyncSection[];
}

/** Sections that may be there more than once. */
const isList = (name: string): boolean => name === 'node' || name === 'interface';

/** Reads a file. Takes any text. */
export function decodeCorosync(text: string): CorosyncConfig {
  const problems: CorosyncProblem[] = [];
  const all = wordsOf(text);
  const open: Open[] = [];
  let section: Open = { word: { text: '', line: 1, start: 0 }, options: [], sections: [] };
  const enter = (word: Word, name: string): void => {
    const isTwice = !isList(name) && section.sections.some((other) => other.name === name);
    if (isTwice || section.options.some((option) => option.key === name))
      problems.push({
        line: word.line,
        message: `"${name}" is there already; one section of that name is wanted`,
      });
    open.push(section);
    section = { word: { ...word, text: name }, options: [], sections: [] };
  };
  const leave = (close: number, end: number): void => {
    const outer = open.pop();
    if (outer === undefined) return;
    outer.sections.push(closed(section, close, end));
    section = outer;
  };
  for (let at = 0; at < all.length; at++) {
    const word = all[at];
    const next = all[at + 1];
    if (word === undefined) break;
    if (next?.text === '{') {
      enter(word, word.text);
      at++;
    } else if (word.text === '}') {
      if (open.length === 0)
        problems.push({ line: word.line, message: '"}" closes no section; none is wanted' });
      leave(word.start, word.start + 1);
    } else if (word.text.endsWith(':') && next !== undefined) {
      const { line, start } = word;
      section.options.push({ key: word.text.slice(0, -1), value: next.text, line, start, end: endOf(next) });
      at++;
    } else {
      problems.push({ line: word.line, message: problemOf(word.text) });
      // As corosync takes it; PVE wants a space before.
      if (word.text.length > 1 && word.text.endsWith('{')) enter(word, word.text.slice(0, -1));
    }
  }
  for (const { word } of [section, ...open.toReversed()].slice(0, open.length)) {
    problems.push({ line: word.line, message: `section "${word.text}" has no "}"; one is wanted` });
    leave(text.length, text.length);
  }
  return { text, main: closed(section, text.length, text.length), problems };
}

/** The text of the file; what was not edited comes out as it went in. */
export const encodeCorosync = (config: CorosyncConfig): string => config.text;

/** The section under these names, the first of those that are there more than once. */
export function findSection(config: CorosyncConfig, ...path: readonly string[]): CorosyncSection | undefined {
  let section: CorosyncSection | undefined = config.main;
  for (const name of path) section = section?.sections.find((inner) => inner.name === name);
  return section;
}

/** The value that counts, which is the last. */
export const optionValue = (section: CorosyncSection | undefined, key: string): string | undefined =>
  section?.options.findLast((option) => option.key === key)?.value;

/** One node of the cluster. */
export interface CorosyncNode {
  /** "name", or the address of link 0 without it, as PVE does. */
  readonly name: string;
  readonly line: number;
  readonly id: string | undefined;
  /** Address by link number. */
  readonly addresses: ReadonlyMap<number, string>;
  readonly section: CorosyncSection;
}

/** The nodes in the order of the file. */
export function corosyncNodes(config: CorosyncConfig): readonly CorosyncNode[] {
  const sections = findSection(config, 'nodelist')?.sections ?? [];
  return sections
    .filter((section) => section.name === 'node')
    .map((section) => {
      const addresses = section.options.flatMap(({ key, value }): readonly [number, string][] => {
        const link = /^(?:ring|link)(?<link>\d+)_addr$/u.exec(key)?.groups?.['link'];
        return link === undefined ? [] : [[Number(link), value]];
      });
      const named = section.options.findLast((option) => option.key === 'name');
      const name = named?.value ?? optionValue(section, 'ring0_addr') ?? '';
      const id = optionValue(section, 'nodeid');
      return { name, line: named?.line ?? section.line, id, addresses: new Map(addresses), section };
    });
}

function closed(open: Open, close: number, end: number): CorosyncSection {
  const { word, options, sections } = open;
  return { name: word.text, line: word.line, start: word.start, end, close, options, sections };
}

/** Words with their places; a "#" begins a comment wherever it stands. */
function wordsOf(text: string): readonly Word[] {
  const found: Word[] = [];
  let line = 1;
  for (const match of text.matchAll(/[ \t\n\r\f\v]+|#[^\n]*|[^ \t\n\r\f\v#]+/gu)) {
    const [part] = match;
    if (!/^[ \t\n\r\f\v#]/u.test(part)) found.push({ text: part, line, start: match.index });
    line += part.split('\n').length - 1;
  }
  return found;
}

const endOf = (word: Word): number => word.start + word.text.length;

const problemOf = (word: string): string =>
  word.endsWith(':')
    ? `"${word}" has no value; "key: value" is wanted`
    : `"${word}" opens no section and is no key; "key: value" with a space is wanted`;
