import { parseAptBoolean, type Repository } from './apt-sources.ts';

/**
 * `sources.list.d/*.sources`: stanzas of fields (deb822(5), apt-pkg/tagfile.cc, sourcelist.cc ParseStanza).
 * Every line is kept: encode(decode(text)) is text, always.
 */
export interface AptSources {
  readonly lines: readonly AptSourcesLine[];
}

export type AptSourcesLine =
  /** Ends a stanza; `spaces`, with white space in it, does for PVE and not for apt. */
  | { readonly type: 'blank' | 'spaces' | 'comment' | 'broken'; readonly text: string }
  | { readonly type: 'field'; readonly text: string; readonly name: string; readonly value: string }
  /** More of the value of the field before. */
  | { readonly type: 'more'; readonly text: string; readonly value: string };

/** Fields between empty lines. */
export interface SourcesStanza {
  /** Line of its first field, from 1. */
  readonly line: number;
  /** Its lines are those from `from` to before `to` in the file's `lines`, the comments before it among them. */
  readonly from: number;
  readonly to: number;
  readonly fields: readonly SourcesField[];
}

/** `index` and `end`: its lines are those from the one to before the other in the file's `lines`. */
export interface SourcesField {
  readonly name: string;
  /** The lines of the value, joined by line ends. */
  readonly value: string;
  readonly index: number;
  readonly end: number;
}

/** Reads a file. Takes any text. */
export function decodeAptSources(text: string): AptSources {
  let isInside = false;
  const lines = (text.match(/[^\n]*\n|[^\n]+$/gu) ?? []).map((raw): AptSourcesLine => {
    const line = readSourcesLine(raw, isInside);
    if (line.type === 'field') isInside = true;
    if (line.type === 'blank' || line.type === 'spaces') isInside = false;
    return line;
  });
  return { lines };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeAptSources(file: AptSources): string {
  return file.lines.map((line) => line.text).join('');
}

function readSourcesLine(text: string, isInside: boolean): AptSourcesLine {
  const line = text.replace(/\r*\n$/u, '');
  if (/^\r*$/u.test(line)) return { type: 'blank', text };
  if (/^[ \t\r]*$/u.test(line)) return { type: 'spaces', text };
  if (line.startsWith('#')) return { type: 'comment', text };
  if (/^[ \t]/u.test(line))
    return isInside ? { type: 'more', text, value: line.trim() } : { type: 'broken', text };
  const { name, value } = /^(?<name>[^\s:-][^:]*):(?<value>.*)$/su.exec(line)?.groups ?? {};
  return name === undefined || value === undefined
    ? { type: 'broken', text }
    : { type: 'field', text, name: name.trimEnd(), value: value.trim() };
}

/** The stanzas in the order of the file. */
export function sourcesStanzas(file: AptSources): readonly SourcesStanza[] {
  const found: SourcesStanza[] = [];
  let from = 0;
  for (let to = 0; to <= file.lines.length; to++) {
    const type = file.lines[to]?.type ?? 'blank';
    if (type !== 'blank' && type !== 'spaces') continue;
    const fields = fieldsBetween(file, from, to);
    const first = fields[0];
    if (first !== undefined) found.push({ line: first.index + 1, from, to, fields });
    from = to + 1;
  }
  return found;
}

function fieldsBetween(file: AptSources, from: number, to: number): readonly SourcesField[] {
  const found: SourcesField[] = [];
  for (let index = from; index < to; index++) {
    const line = file.lines[index];
    const last = found.at(-1);
    if (line?.type === 'field') found.push({ name: line.name, value: line.value, index, end: index + 1 });
    if (line?.type === 'more' && last !== undefined)
      found[found.length - 1] = { ...last, value: `${last.value}\n${line.value}`, end: index + 1 };
  }
  return found;
}

/** Each stanza as a repository; of a field given twice the last counts, as for apt and PVE. */
export function stanzaRepositories(file: AptSources): readonly Repository[] {
  return sourcesStanzas(file).map((stanza) => {
    const values = new Map(stanza.fields.map(({ name, value }) => [name.toLowerCase(), value]));
    const list = (name: string): readonly string[] =>
      (values.get(name) ?? '').split(/\s+/u).filter((word) => word !== '');
    return {
      types: list('types'),
      uris: list('uris'),
      suites: list('suites'),
      components: list('components'),
      enabled: parseAptBoolean(values.get('enabled') ?? '') !== false,
      options: optionsOf(values),
      line: stanza.line,
    };
  });
}

const ownFields = new Set(['types', 'uris', 'suites', 'components', 'enabled']);

/** Fields whose one-line name is another; all others are called as they are, in lower case. */
const listNames: Readonly<Record<string, string>> = {
  architectures: 'arch',
  languages: 'lang',
  targets: 'target',
};

function optionsOf(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const [field, value] of values) {
    if (ownFields.has(field)) continue;
    const { base, change } = /^(?<base>.*?)(?<change>-add|-remove)?$/su.exec(field)?.groups ?? {};
    const list = listNames[base ?? ''];
    const name =
      list === undefined ? field : `${list}${change === undefined ? '' : change === '-add' ? '+' : '-'}`;
    const isText = list === undefined && name !== 'signed-by';
    const isKey = value.includes('-----BEGIN PGP');
    found[name] =
      isText || isKey
        ? value.trim()
        : value
            .split(/[\s,]+/u)
            .filter((part) => part !== '')
            .join(',');
  }
  return found;
}

/** The stanza proxmox-apt writes for a repository, without the empty line behind it; options in the order given. */
export function formatStanza(repository: Omit<Repository, 'line'>): readonly string[] {
  const { types, uris, suites, components, options, enabled } = repository;
  return [
    `Types: ${types.join(' ')}`,
    `URIs: ${uris.join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    ...(components.length === 0 ? [] : [`Components: ${components.join(' ')}`]),
    ...Object.entries(options).flatMap(([name, value]) =>
      formatField(fieldName(name), fieldValue(name, value)),
    ),
    ...(enabled ? [] : ['Enabled: false']),
  ];
}

/** "Name: value", more lines of the value indented, an empty one as ".". */
export function formatField(name: string, value: string): readonly string[] {
  const [first = '', ...more] = value.split('\n');
  return [`${name}: ${first}`.trimEnd(), ...more.map((line) => ` ${line.trim() === '' ? '.' : line.trim()}`)];
}

function fieldValue(name: string, value: string): string {
  if (value.includes('-----BEGIN PGP')) return `\n${value}`;
  return /^(?:arch|lang|target)[+-]?$/u.test(name) ? value.split(',').join(' ') : value;
}

function fieldName(name: string): string {
  const { base = name, change } = /^(?<base>.*?)(?<change>[+-])?$/su.exec(name)?.groups ?? {};
  const field = Object.keys(listNames).find((key) => listNames[key] === base) ?? base;
  const title = field.replaceAll(/(?:^|-)[a-z]/gu, (letter) => letter.toUpperCase());
  return `${title}${change === undefined ? '' : change === '+' ? '-Add' : '-Remove'}`;
}
