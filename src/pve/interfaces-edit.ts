import {
  compareOptions,
  isAddressOption,
  isKnownOption,
  optionName,
  writtenKey,
} from './interfaces-option.ts';
import { interfaces } from './interfaces-view.ts';
import { stanzas, type Family, type InterfacesFile, type InterfacesLine, type Stanza } from './interfaces.ts';

/**
 * Changes of one interface that touch only the lines they are about; what is new goes where PVE would write it
 * (PVE::Network::Interfaces __interface_to_string). An interface that is not there changes nothing.
 */

/**
 * Sets an option by any of its spellings. What PVE keeps for each family (addresses, options it does not know) is set in the
 * first stanza of `family`; all else where it stands, or in the first stanza.
 */
export function setInterfaceOption(
  file: InterfacesFile,
  name: string,
  key: string,
  value: string,
  family?: Family,
): InterfacesFile {
  const target = targetStanza(file, name, key, family);
  if (target === undefined) return file;
  const own = optionIndexes(file, name, key, family);
  const last = own.at(-1);
  const line = last === undefined ? undefined : file.lines[last];
  if (last === undefined || line?.type !== 'option') return insertOption(file, target, key, value);
  if (line.value === value) return file;
  const start = /^[ \t]*[^ \t\r\f\v\n\\]+[ \t]+/u.exec(line.text)?.[0] ?? `\t${line.key} `;
  const text = `${start}${value}${endOf(line.text)}`;
  return { lines: file.lines.with(last, { ...line, text, value }) };
}

/** Removes an option in all its spellings and lines; with `family`, only from the stanzas of that family. */
export function removeInterfaceOption(
  file: InterfacesFile,
  name: string,
  key: string,
  family?: Family,
): InterfacesFile {
  const gone = new Set(optionIndexes(file, name, key, family));
  return gone.size === 0 ? file : { lines: file.lines.filter((_, index) => !gone.has(index)) };
}

/** Sets the method ("static", "manual", "dhcp") of the interface's stanzas of that family. */
export function setMethod(
  file: InterfacesFile,
  name: string,
  family: Family,
  method: string,
): InterfacesFile {
  const lines = file.lines.map((line): InterfacesLine => {
    if (line.type !== 'iface' || line.name !== name || line.family !== family || line.method === method)
      return line;
    return { ...line, method, text: line.text.replace(/[^ \t\r\f\v\n]+(?=[ \t\r\f\v\n]*$)/u, () => method) };
  });
  return { lines };
}

/** Replaces the comment of an interface, one comment line for each line of the text; '' removes it. */
export function setInterfaceComment(file: InterfacesFile, name: string, text: string): InterfacesFile {
  const own = stanzas(file).filter((stanza) => stanza.name === name);
  const wanted = text === '' ? [] : text.replace(/\n+$/u, '').split('\n');
  const inside = own.flatMap((stanza) => stanza.comments);
  const target = own.find((stanza) => stanza.family !== 'inet6') ?? own[0];
  if (
    target === undefined ||
    (inside.length === wanted.length && inside.every((line, at) => line === wanted[at]))
  )
    return file;
  const end = lineEnd(file);
  const made = wanted.map((value): InterfacesLine => ({
    type: 'comment',
    text: `#${value}${end}`,
    value,
    inside: true,
  }));
  const lines = file.lines.flatMap((line, index) => {
    const isOld = line.type === 'comment' && own.some(({ from, to }) => index > from && index < to);
    const kept = isOld ? [] : [line];
    return index === target.to - 1
      ? [...(made.length > 0 ? kept.map((last) => ended(last, end)) : kept), ...made]
      : kept;
  });
  return { lines };
}

/** Has PVE start the interface at boot, or not. */
export function setAutostart(file: InterfacesFile, name: string, autostart: boolean): InterfacesFile {
  const own = interfaces(file).find((iface) => iface.name === name);
  const first = file.lines.findIndex((line) => line.type === 'iface' && line.name === name);
  if (own === undefined || own.autostart === autostart) return file;
  if (!autostart) return { lines: file.lines.flatMap((line) => withoutName(line, name)) };
  return {
    lines: [...file.lines.slice(0, first), autoLine(name, lineEnd(file)), ...file.lines.slice(first)],
  };
}

function targetStanza(file: InterfacesFile, name: string, key: string, family?: Family): Stanza | undefined {
  const own = stanzas(file).filter((stanza) => stanza.name === name);
  const isOfFamily = family !== undefined && isPerFamily(key);
  return isOfFamily ? own.find((stanza) => stanza.family === family) : own[0];
}

function optionIndexes(file: InterfacesFile, name: string, key: string, family?: Family): readonly number[] {
  const wanted = optionName(key);
  return stanzas(file).flatMap((stanza) => {
    const isOther = family !== undefined && isPerFamily(key) && stanza.family !== family;
    if (stanza.name !== name || isOther) return [];
    const indexes = Array.from({ length: stanza.to - stanza.from - 1 }, (_, at) => stanza.from + 1 + at);
    return indexes.filter((at) => {
      const line = file.lines[at];
      return line?.type === 'option' && optionName(line.key) === wanted;
    });
  });
}

const isPerFamily = (key: string): boolean => isAddressOption(key) || !isKnownOption(optionName(key));

function insertOption(file: InterfacesFile, stanza: Stanza, key: string, value: string): InterfacesFile {
  const type = interfaces(file).find((iface) => iface.name === stanza.name)?.type ?? 'unknown';
  const body = file.lines.slice(stanza.from, stanza.to);
  const before = body.findLastIndex(
    (line) => line.type === 'option' && compareOptions(type, line.key, key) <= 0,
  );
  const at = stanza.from + Math.max(before, 0) + 1;
  const neighbour = body.find((line) => line.type === 'option');
  const indent = neighbour === undefined ? '\t' : (/^[ \t]*/u.exec(neighbour.text)?.[0] ?? '\t');
  const end = lineEnd(file);
  const written = writtenKey(type, key);
  const made: InterfacesLine = {
    type: 'option',
    text: `${indent}${written} ${value}${end}`,
    key: written,
    value,
  };
  const head = file.lines.slice(0, at);
  return {
    lines: [
      ...head.slice(0, -1),
      ...head.slice(-1).map((line) => ended(line, end)),
      made,
      ...file.lines.slice(at),
    ],
  };
}

/** The line without that name, or no line when it names nothing else; classes that PVE does not start by stay. */
export function withoutName(line: InterfacesLine, name: string): readonly InterfacesLine[] {
  if (line.type !== 'auto' || !line.names.includes(name)) return [line];
  const names = line.names.filter((other) => other !== name);
  if (names.length === 0) return [];
  const text = line.text.replaceAll(
    /[ \t\r\f\v]+(?<word>[^ \t\r\f\v\n]+)/gu,
    (whole: string, word: string, at: number) => (at > 0 && word === name ? '' : whole),
  );
  return [{ ...line, names, text }];
}

export const autoLine = (name: string, end: string): InterfacesLine => ({
  type: 'auto',
  text: `auto ${name}${end}`,
  keyword: 'auto',
  names: [name],
});

/** The line with the end it lacks, so that another can follow. */
export const ended = <Line extends InterfacesLine>(line: Line, end: string): Line =>
  line.text.endsWith('\n') ? line : { ...line, text: `${line.text}${end}` };

/** The line end that the file uses. */
export const lineEnd = (file: InterfacesFile): string =>
  file.lines[0]?.text.endsWith('\r\n') === true ? '\r\n' : '\n';

const endOf = (text: string): string => /\r?\n$/u.exec(text)?.[0] ?? '';
