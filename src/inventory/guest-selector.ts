import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { globMatcher } from './match-names.ts';

/** What a selector looks at of a guest. */
export interface SelectableGuest {
  readonly vmid: number;
  /** Undefined where its config could not be read; so are tags. */
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly pool?: string;
  /** PVE's name of the node that it is on. */
  readonly node: string;
}

type Matches = (guest: SelectableGuest) => boolean;

/** One part of a selector, as it was written. */
interface Part {
  readonly text: string;
  readonly excludes: boolean;
  readonly matches: Matches;
  /** Names of this kind that there are, to guess at. */
  readonly known?: (guest: SelectableGuest) => readonly string[];
}

/** Which guests are meant. */
export type GuestSelector = readonly Part[];

const form =
  'a VMID (100), a range of them (100:110), a name (web*), @all, @pool-NAME, @tag-NAME or @node-NAME';

/**
 * Reads a selector of guests: parts joined by commas, each `100`, `100:110`, a name or glob, `@all`, `@pool-x`, `@tag-x`
 * or `@node-x` (globs there too); `-` before a part leaves its guests out. With nothing but such parts all others are meant.
 */
export function parseGuestSelector(text: string): Result<GuestSelector> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return fail(refuse(text, `it is empty; wanted is ${form}`));
  const read = parts.map(readPart);
  const errors = read.flatMap((each) => (typeof each === 'string' ? [refuse(text, each)] : []));
  return errors.length > 0 ? fail(...errors) : ok(read.filter((each) => typeof each !== 'string'));
}

/**
 * The guests that a selector means, in their order; a part that means none is an error, so that a misspelt tag is not
 * taken for "nothing to do". `existing`: parts of which it is known that they are not misspelt, as a node without guests.
 */
export function selectGuests<G extends SelectableGuest>(
  selector: GuestSelector,
  guests: readonly G[],
  existing: ReadonlySet<string> = new Set(),
): Result<readonly G[]> {
  const empty = selector.filter(
    ({ excludes, matches, text: part }) => !excludes && !existing.has(part) && !guests.some(matches),
  );
  const text = selector.map((part) => part.text).join(',');
  if (empty.length > 0)
    return fail(...empty.map((part) => refuse(text, nothingIs(part, guests), 'See: pvefleet ls guests')));
  const wanted = selector.filter(({ excludes }) => !excludes);
  const left = selector.filter(({ excludes }) => excludes);
  const found = guests.filter(
    (guest) =>
      (wanted.length === 0 || wanted.some(({ matches }) => matches(guest))) &&
      !left.some(({ matches }) => matches(guest)),
  );
  if (found.length > 0 || wanted.some((part) => existing.has(part.text))) return ok(found);
  return fail(refuse(text, guests.length === 0 ? 'there are no guests' : 'it leaves out all that it means'));
}

function readPart(text: string): Part | string {
  const excludes = text.startsWith('-');
  const word = excludes ? text.slice(1) : text;
  if (word === '') return `"${text}" leaves nothing out; wanted after it is ${form}`;
  const found = word.startsWith('@') ? readGroup(word) : (readNumbers(word) ?? byName(word));
  return typeof found === 'string' ? found : { text, excludes, ...found };
}

type Found = Pick<Part, 'matches' | 'known'>;

function readNumbers(word: string): Found | string | undefined {
  const { first, last } = /^(?<first>\d+)(?::(?<last>\d+))?$/u.exec(word)?.groups ?? {};
  if (first === undefined) return undefined;
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from > to) return `"${word}" ends before it begins; "${to}:${from}" is wanted`;
  return { matches: ({ vmid }) => vmid >= from && vmid <= to };
}

function byName(word: string): Found {
  const matches = globMatcher(word);
  return {
    matches: ({ name }) => name !== undefined && matches(name),
    known: ({ name }) => (name === undefined ? [] : [name]),
  };
}

/** The groups of guests that there are by what stands before the dash. */
const groups: ReadonlyMap<string, (guest: SelectableGuest) => readonly string[]> = new Map([
  ['pool', ({ pool }: SelectableGuest) => (pool === undefined ? [] : [pool])],
  ['tag', ({ tags }: SelectableGuest) => tags ?? []],
  ['node', ({ node }: SelectableGuest) => [node]],
]);

function readGroup(word: string): Found | string {
  if (word === '@all') return { matches: () => true };
  const { kind = '', name } = /^@(?<kind>[a-z]+)-(?<name>.+)$/u.exec(word)?.groups ?? {};
  const namesOf = groups.get(kind);
  if (namesOf === undefined || name === undefined) {
    const kinds = ['@all', ...[...groups.keys()].map((each) => `@${each}-NAME`)];
    return `there is no "${word}"${didYouMean(word, kinds)}; wanted is ${kinds.join(', ')}`;
  }
  const matches = globMatcher(name);
  return {
    matches: (guest) => namesOf(guest).some(matches),
    known: (guest) => namesOf(guest).map((each) => `@${kind}-${each}`),
  };
}

function nothingIs({ text, known }: Part, guests: readonly SelectableGuest[]): string {
  const names = [...new Set(guests.flatMap((guest) => known?.(guest) ?? []))];
  return `no guest is "${text}"${didYouMean(text, names)}`;
}

function refuse(selector: string, problem: string, hint?: string): Diagnostic {
  return {
    code: 'guest/selector',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot select guests by "${selector}": ${problem}`,
    ...(hint !== undefined && { hint }),
  };
}
