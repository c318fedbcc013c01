import type { Position, Positions } from '../diagnostic.ts';
import { formatPosition, positionsUnder } from '../diagnostic.ts';
import { findProperty } from '../modules/property.ts';
import { findModule } from '../modules/registry.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping, ofElement, placeOf } from './reading.ts';

export type GuestKind = 'vm' | 'container';

/** What the document says for all its guests. */
export interface Defaults {
  readonly node?: { readonly name: string; readonly at: Position };
  readonly cluster?: { readonly name: string; readonly at: Position };
}

/** Words of a state document, and PVE's option that each one stands for. */
const shorthands: Readonly<Record<GuestKind, ReadonlyMap<string, string>>> = {
  vm: new Map([
    ['disk', 'scsi0'],
    ['network', 'net0'],
    ['comment', 'description'],
  ]),
  container: new Map([
    ['name', 'hostname'],
    ['network', 'net0'],
    ['comment', 'description'],
  ]),
};

/** Words that belong to the other kind of guest, and what this kind calls it. */
const misplaced: Readonly<Record<GuestKind, ReadonlyMap<string, string>>> = {
  vm: new Map([
    ['rootfs', 'disk'],
    ['hostname', 'name'],
  ]),
  container: new Map([['disk', 'rootfs']]),
};

const keysToCome = ['ha'];

/** A guest as a spec, its shorthands replaced by PVE's options; undefined when it is no mapping. */
export function readGuest(
  kind: GuestKind,
  guest: unknown,
  path: Path,
  defaults: Defaults,
  reading: Reading,
): Spec | undefined {
  if (!isMapping(guest)) {
    complain(
      reading,
      path,
      'wrong-type',
      `Cannot read this ${kind}: it is ${describe(guest)}; a mapping with "vmid" is wanted`,
    );
    return undefined;
  }
  const usable = Object.entries(guest).filter(([key]) => isUsable(kind, key, guest, path, reading));
  const options = usable.map(([key, value]) => [optionOf(kind, key), value] as const);
  return {
    kind,
    args: { ...(defaults.node && { node: defaults.node.name }), ...Object.fromEntries(options) },
    positions: guestPositions(kind, path, defaults, reading),
    declaredBy: reading.file,
    ...(defaults.cluster && { cluster: defaults.cluster.name }),
  };
}

/** Where the guest's options stand, by the names that they have in the spec. */
function guestPositions(kind: GuestKind, path: Path, defaults: Defaults, reading: Reading): Positions {
  const positions: Record<string, Position> = {};
  if (defaults.node) positions['/node'] = defaults.node.at;
  if (defaults.cluster) positions['/cluster'] = defaults.cluster.at;
  for (const [place, at] of Object.entries(positionsUnder(reading.positions, path))) {
    const end = place.indexOf('/', 1);
    const inside = end === -1 ? '' : place.slice(end);
    const key = place.slice(1, place.length - inside.length);
    const option = optionOf(kind, key);
    positions[option === key ? place : `/${option}${inside}`] = ofElement(at, reading.element);
  }
  return positions;
}

/** PVE's option that a word of the document means: itself, unless the word is a shorthand. */
function optionOf(kind: GuestKind, key: string): string {
  return shorthands[kind].get(key) ?? key;
}

/** Whether a key says something that the planner can go on with; complains where it does not. */
function isUsable(
  kind: GuestKind,
  key: string,
  guest: Readonly<Record<string, unknown>>,
  path: Path,
  reading: Reading,
): boolean {
  const at = [...path, key];
  if (keysToCome.includes(key)) {
    complain(
      reading,
      at,
      'not-yet',
      `Cannot read "${key}" of this ${kind}: it is not supported yet`,
      'leave the key out; it would not be managed',
    );
    return false;
  }
  const own = misplaced[kind].get(key);
  if (own !== undefined) {
    complain(reading, at, 'unknown-key', `Cannot read "${key}" of this ${kind}: it is called "${own}" here`);
    return false;
  }
  const option = shorthands[kind].get(key);
  if (option === undefined) return isNoMisspeltShorthand(kind, key, at, reading);
  if (!(option in guest)) return true;
  const other = formatPosition(placeOf(reading, [...path, option]));
  complain(
    reading,
    at,
    'given-twice',
    `Cannot read "${key}" of this ${kind}: "${option}" at ${other} means the same; one of them is wanted`,
  );
  return false;
}

/** Misspelt options of PVE are named by the kind's property table, which does not know the shorthands. */
function isNoMisspeltShorthand(kind: GuestKind, key: string, at: Path, reading: Reading): boolean {
  if (isWordOf(kind, key)) return true;
  const near = didYouMean(key, [...shorthands[kind].keys(), 'for_each']);
  if (near === '') return true;
  complain(
    reading,
    at,
    'unknown-key',
    `Cannot read ${JSON.stringify(key)} of this ${kind}: it has no such key${near}`,
  );
  return false;
}

function isWordOf(kind: GuestKind, key: string): boolean {
  const module = findModule(kind);
  return (
    module !== undefined &&
    (module.words.some(({ name }) => name === key) || findProperty(module.properties, key) !== undefined)
  );
}
