import { readListLine, formatListEntry, type AptList } from './apt-sources-list.ts';
import {
  decodeAptSources,
  encodeAptSources,
  formatField,
  formatStanza,
  sourcesStanzas,
  type AptSources,
  type SourcesField,
} from './apt-sources-stanza.ts';
import type { Repository } from './apt-sources.ts';

/**
 * Changes of APT's sources that touch only the lines they are about. A repository is named by its line, as listed; a line
 * that holds none changes nothing.
 */

/** Turns a line of a `.list` on or off, which is a "# " before it (proxmox-apt). */
export function setListEnabled(file: AptList, line: number, enabled: boolean): AptList {
  const old = file.lines[line - 1];
  if (old?.type !== 'entry' || old.entry.enabled === enabled) return file;
  const text = enabled ? old.text.replace(/^(?<indent>[ \t]*)[#\s]+/u, '$<indent>') : `# ${old.text}`;
  return { lines: file.lines.with(line - 1, readListLine(text)) };
}

/** Adds the lines of a repository at the end of a `.list`. */
export function addToList(file: AptList, repository: Omit<Repository, 'line'>): AptList {
  const end = lineEnd(file.lines);
  const made = formatListEntry(repository).map((text) => readListLine(`${text}${end}`));
  const kept = file.lines.map((line) =>
    line.text.endsWith('\n') ? line : { ...line, text: `${line.text}${end}` },
  );
  return { lines: [...kept, ...made] };
}

/** Removes the line of a repository from a `.list`. */
export function removeFromList(file: AptList, line: number): AptList {
  if (file.lines[line - 1]?.type !== 'entry') return file;
  return { lines: file.lines.toSpliced(line - 1, 1) };
}

/** Sets a field of the stanza at this line of a `.sources`; new ones come behind the others. */
export function setField(file: AptSources, line: number, name: string, value: string): AptSources {
  const stanza = sourcesStanzas(file).find((one) => one.line === line);
  if (stanza === undefined) return file;
  const old = stanza.fields.findLast((field) => field.name.toLowerCase() === name.toLowerCase());
  if (old?.value === value) return file;
  const last = stanza.fields.at(-1)?.end ?? stanza.to;
  const made = formatField(old?.name ?? name, value);
  if (old === undefined) return withLines(file, last, last, made);
  return withLines(file, old.index, old.end, [...made, ...commentsIn(file, old)]);
}

/** Removes a field of the stanza at this line of a `.sources`. */
export function removeField(file: AptSources, line: number, name: string): AptSources {
  const stanza = sourcesStanzas(file).find((one) => one.line === line);
  const own = (stanza?.fields ?? []).filter((field) => field.name.toLowerCase() === name.toLowerCase());
  return own.reduceRight(
    (left: AptSources, field) => withLines(left, field.index, field.end, commentsIn(left, field)),
    file,
  );
}

/** The comments between the lines of a field, which stay. */
const commentsIn = (file: AptSources, { index, end }: SourcesField): readonly string[] =>
  file.lines
    .slice(index, end)
    .flatMap(({ type, text }) => (type === 'comment' ? [text.replace(/\r?\n$/u, '')] : []));

/** Adds the stanza of a repository at the end of a `.sources`. */
export function addStanza(file: AptSources, repository: Omit<Repository, 'line'>): AptSources {
  const at = file.lines.length;
  const isApart = at === 0 || file.lines.at(-1)?.type === 'blank';
  return withLines(file, at, at, [...(isApart ? [] : ['']), ...formatStanza(repository)]);
}

/** Removes the stanza at this line of a `.sources`, with its comments and the empty line behind it. */
export function removeStanza(file: AptSources, line: number): AptSources {
  const stanza = sourcesStanzas(file).find((one) => one.line === line);
  return stanza === undefined ? file : withLines(file, stanza.from, stanza.to + 1, []);
}

/** These lines in the place of those from `from` to before `to`. */
function withLines(file: AptSources, from: number, to: number, made: readonly string[]): AptSources {
  const end = lineEnd(file.lines);
  const head = encodeAptSources({ lines: file.lines.slice(0, from) });
  const gap = made.length === 0 || head === '' || head.endsWith('\n') ? '' : end;
  const tail = encodeAptSources({ lines: file.lines.slice(to) });
  return decodeAptSources(`${head}${gap}${made.map((line) => `${line}${end}`).join('')}${tail}`);
}

/** The line end that the file uses. */
const lineEnd = (lines: readonly { readonly text: string }[]): string =>
  lines[0]?.text.endsWith('\r\n') === true ? '\r\n' : '\n';
