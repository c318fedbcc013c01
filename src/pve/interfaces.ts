/**
 * `/etc/network/interfaces` and the files it sources, read as PVE reads them (PVE::Network::Interfaces in pve-common,
 * PVE::INotify before 9.1) with what ifupdown2 reads otherwise told apart (ifupdown/networkinterfaces.py). Every line
 * is kept: encode(decode(text)) is text, always.
 */
export interface InterfacesFile {
  readonly lines: readonly InterfacesLine[];
}

/** One line, its end included in `text`; with `\` at its end it goes on, and the lines are one. */
export type InterfacesLine =
  | { readonly type: 'blank' | 'broken'; readonly text: string }
  /** Inside a stanza it is the interface's comment to PVE; elsewhere PVE drops it when it writes the file. */
  | { readonly type: 'comment'; readonly text: string; readonly value: string; readonly inside: boolean }
  /** "auto NAME…", "allow-CLASS NAME…" */
  | {
      readonly type: 'auto';
      readonly text: string;
      readonly keyword: string;
      readonly names: readonly string[];
    }
  | {
      readonly type: 'iface';
      readonly text: string;
      readonly name: string;
      readonly family?: Family;
      readonly method?: string;
    }
  /** A stray option follows an empty line or a broken one: ifupdown2 takes it for the stanza before, PVE does not. */
  | {
      readonly type: 'option' | 'stray';
      readonly text: string;
      readonly key: string;
      readonly value: string;
    }
  /** "source …", "source-directory …", and "mapping …" with its lines: PVE keeps them as they are. */
  | { readonly type: 'directive'; readonly text: string; readonly keyword: string; readonly value: string };

export type Family = 'inet' | 'inet6';

/** One `iface` line with its options and comments; an interface may have several. */
export interface Stanza {
  readonly name: string;
  /** None: both families, as ifupdown2 allows. */
  readonly family: Family | undefined;
  readonly method: string | undefined;
  /** Line of the `iface`, from 1. */
  readonly line: number;
  /** Its lines are those from `from` to before `to` in the file's `lines`; the first is the `iface`. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly StanzaOption[];
  /** What stands behind each "#", in order. */
  readonly comments: readonly string[];
}

export interface StanzaOption {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** Where a line stands: in a stanza, behind one that an empty line has ended, in a mapping, or in none. */
type Place = 'stanza' | 'after' | 'mapping' | 'outside';

/** Reads a file. Takes any text. */
export function decodeInterfaces(text: string): InterfacesFile {
  let place: Place = 'outside';
  const lines = logicalLines(text).map((raw) => {
    const line = readLine(raw, place);
    place = placeAfter(line, place);
    return line;
  });
  return { lines };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeInterfaces(file: InterfacesFile): string {
  return file.lines.map((line) => line.text).join('');
}

/** The stanzas in the order of the file. */
export function stanzas(file: InterfacesFile): readonly Stanza[] {
  const numbers = lineNumbers(file);
  return file.lines.flatMap((line, from) => {
    if (line.type !== 'iface') return [];
    let to = from + 1;
    while (isInside(file.lines[to])) to++;
    const body = file.lines.slice(from + 1, to);
    const options = body.flatMap((part, index) =>
      part.type === 'option'
        ? [{ key: part.key, value: part.value, line: numbers[from + 1 + index] ?? 0 }]
        : [],
    );
    const comments = body.flatMap((part) => (part.type === 'comment' ? [part.value] : []));
    const { name, family, method } = line;
    return [{ name, family, method, line: numbers[from] ?? 0, from, to, options, comments }];
  });
}

/** The stanzas of each interface, in order. Sorted once a file. */
export function stanzasByName(file: InterfacesFile): ReadonlyMap<string, readonly Stanza[]> {
  const known = sortedStanzas.get(file);
  if (known !== undefined) return known;
  const found = new Map<string, Stanza[]>();
  sortedStanzas.set(file, found);
  for (const stanza of stanzas(file)) {
    const own = found.get(stanza.name);
    if (own === undefined) found.set(stanza.name, [stanza]);
    else own.push(stanza);
  }
  return found;
}

const sortedStanzas = new WeakMap<InterfacesFile, ReadonlyMap<string, readonly Stanza[]>>();

/** The number of each of the file's `lines`, from 1. */
export function lineNumbers(file: InterfacesFile): readonly number[] {
  let number = 1;
  return file.lines.map((line) => {
    const own = number;
    number += line.text.split('\n').length - 1;
    return own;
  });
}

/** Whether a line goes on in the next: `\` at its end, which ifupdown2 joins and PVE does not. */
export const goesOn = (text: string): boolean => /\\[ \t\r\f\v]*\n/u.test(text);

const isInside = (line: InterfacesLine | undefined): boolean =>
  line?.type === 'option' || (line?.type === 'comment' && line.inside);

/** Physical lines, those joined that a `\` continues; a comment is never continued for PVE. */
function logicalLines(text: string): readonly string[] {
  const found: string[] = [];
  let open = '';
  for (const raw of text.match(/[^\n]*\n|[^\n]+$/gu) ?? []) {
    const whole = open + raw;
    open = '';
    if (/\\[ \t\r\f\v]*\n$/u.test(raw) && !/^[ \t\r\f\v]*#/u.test(whole)) open = whole;
    else found.push(whole);
  }
  if (open !== '') found.push(open);
  return found;
}

function readLine(text: string, place: Place): InterfacesLine {
  const joined = goesOn(text) ? text.replaceAll(/[ \t\r\f\v]*\\[ \t\r\f\v]*\n[ \t\r\f\v]*/gu, ' ') : text;
  const line = /^.*[^ \t\r\f\v\n]/su.exec(joined)?.[0] ?? '';
  if (line === '') return { type: 'blank', text };
  const comment = /^[ \t\r\f\v]*#(?<value>.*)$/su.exec(line)?.groups?.['value'];
  if (comment !== undefined) return { type: 'comment', text, value: comment, inside: place === 'stanza' };
  const { key, value } =
    /^[ \t\r\f\v]*(?<key>[^ \t\r\f\v]+)(?:[ \t\r\f\v]+(?<value>.+))?$/su.exec(line)?.groups ?? {};
  if (key === undefined || value === undefined) return { type: 'broken', text };
  if (key === 'auto' || /^allow-./su.test(key))
    return { type: 'auto', text, keyword: key, names: words(value) };
  if (key === 'iface') return readIface(text, line) ?? { type: 'broken', text };
  if (place === 'mapping' || /^(?:source|source-directory|mapping)$/u.test(key))
    return { type: 'directive', text, keyword: key, value };
  if (place === 'outside') return { type: 'broken', text };
  return { type: place === 'stanza' ? 'option' : 'stray', text, key, value };
}

function readIface(text: string, line: string): InterfacesLine | undefined {
  const [, name, family, method, more] = words(line);
  if (name === undefined || more !== undefined) return undefined;
  if (family === undefined) return { type: 'iface', text, name };
  if ((family !== 'inet' && family !== 'inet6') || method === undefined) return undefined;
  return { type: 'iface', text, name, family, method };
}

function placeAfter(line: InterfacesLine, place: Place): Place {
  if (line.type === 'iface') return 'stanza';
  if (line.type === 'auto') return 'outside';
  if (line.type === 'directive')
    return line.keyword === 'mapping' ? 'mapping' : place === 'mapping' ? place : 'outside';
  if (line.type === 'blank') return place === 'stanza' ? 'after' : place;
  if (line.type === 'broken') return place === 'stanza' ? 'after' : place;
  return place;
}

/** The words of a value, as both readers split it. */
export function words(text: string): readonly string[] {
  return text.split(/[ \t\r\f\v]+/u).filter((word) => word !== '');
}
