import { autoLine, ended, lineEnd, withoutName } from './interfaces-edit.ts';
import { compareOptions, optionName, writtenKey } from './interfaces-option.ts';
import { interfaceType, type InterfaceType } from './interfaces-type.ts';
import { interfaces } from './interfaces-view.ts';
import { stanzas, type Family, type InterfacesFile, type InterfacesLine } from './interfaces.ts';

/** What a new interface is made of: one stanza. */
export interface NewInterface {
  readonly name: string;
  readonly family: Family;
  readonly method: string;
  readonly autostart: boolean;
  /** By any spelling; written in PVE's order and spelling. */
  readonly options: Readonly<Record<string, string>>;
  /** '' for none. */
  readonly comment: string;
}

/** Adds an interface where PVE would write it: behind the last one of its type or of one that PVE writes before. */
export function addInterface(file: InterfacesFile, added: NewInterface): InterfacesFile {
  const end = lineEnd(file);
  const at = placeFor(file, added);
  const head = file.lines.slice(0, at);
  const isApart = head.length === 0 || head.at(-1)?.type === 'blank';
  return {
    lines: [
      ...head.slice(0, -1),
      ...head.slice(-1).map((line) => ended(line, end)),
      ...(isApart ? [] : [blankLine(end)]),
      ...stanzaLines(added, end),
      ...file.lines.slice(at),
    ],
  };
}

/** Removes all stanzas of an interface, each with the empty line behind it, and its name from what is started. */
export function removeInterface(file: InterfacesFile, name: string): InterfacesFile {
  const gone = new Set<number>();
  for (const stanza of stanzas(file)) {
    if (stanza.name !== name) continue;
    for (let at = stanza.from; at < stanza.to; at++) gone.add(at);
    if (file.lines[stanza.to]?.type === 'blank') gone.add(stanza.to);
    // ifupdown2 would take them for options of the interface before.
    for (let at = stanza.to; isLoose(file.lines[at]); at++)
      if (file.lines[at]?.type === 'stray') gone.add(at);
  }
  const kept = file.lines.filter((_, index) => !gone.has(index));
  const lines = kept.flatMap((line) => withoutName(line, name));
  return lines.length === file.lines.length && lines.every((line, at) => line === file.lines[at])
    ? file
    : { lines };
}

/** What ends no interface for ifupdown2; an "iface" line that PVE does not read does. */
const isLoose = (line: InterfacesLine | undefined): boolean =>
  line?.type === 'stray' ||
  line?.type === 'blank' ||
  line?.type === 'comment' ||
  (line?.type === 'broken' && !/^[ \t]*iface\b/u.test(line.text));

const blankLine = (end: string): InterfacesLine => ({ type: 'blank', text: end });

function stanzaLines(added: NewInterface, end: string): readonly InterfacesLine[] {
  const type = interfaceType(added.name, namedOptions(added));
  const { name, family, method } = added;
  const options = Object.entries(added.options)
    .map(([key, value]) => ({ key: writtenKey(type, key), value }))
    .toSorted((a, b) => compareOptions(type, a.key, b.key));
  const comments = added.comment === '' ? [] : added.comment.replace(/\n+$/u, '').split('\n');
  return [
    ...(added.autostart ? [autoLine(name, end)] : []),
    { type: 'iface', text: `iface ${name} ${family} ${method}${end}`, name, family, method },
    ...options.map(({ key, value }): InterfacesLine => ({
      type: 'option',
      text: `\t${key} ${value}${end}`,
      key,
      value,
    })),
    ...comments.map((value): InterfacesLine => ({
      type: 'comment',
      text: `#${value}${end}`,
      value,
      inside: true,
    })),
    blankLine(end),
  ];
}

const namedOptions = (added: NewInterface): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(added.options).map(([key, value]) => [optionName(key), value]));

/** What PVE writes first (__write_etc_network_interfaces); a type without a number stands by the order of the file. */
const typeOrder: Partial<Record<InterfaceType, number>> = {
  loopback: 1,
  dummy: 1,
  eth: 2,
  OVSPort: 2,
  OVSIntPort: 3,
  OVSBond: 4,
  bond: 4,
  bridge: 5,
  OVSBridge: 5,
  vlan: 6,
  vxlan: 6,
};

/** Index in the file's lines. */
function placeFor(file: InterfacesFile, added: NewInterface): number {
  const types = new Map(interfaces(file).map((iface) => [iface.name, iface.type]));
  types.set(added.name, interfaceType(added.name, namedOptions(added)));
  // A VLAN or an alias stands with the interface that it is named for.
  const orderOf = (name: string): number | undefined =>
    typeOrder[types.get(name.split(/[.:]/u)[0] ?? name) ?? 'unknown'];
  const own = orderOf(added.name);
  const all = stanzas(file);
  const before = all.findLast((stanza) => own === undefined || (orderOf(stanza.name) ?? 9) <= own);
  if (before !== undefined) return before.to + Number(file.lines[before.to]?.type === 'blank');
  const after = all[0];
  if (after === undefined) {
    const directive = file.lines.findIndex((line) => line.type === 'directive');
    return directive === -1 ? file.lines.length : directive;
  }
  const started = file.lines[after.from - 1];
  return after.from - Number(started?.type === 'auto' && started.names.includes(after.name));
}
