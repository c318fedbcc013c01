import { aliasPartner, defaultKeyOf, isRequired, normalForm } from './property-format.ts';
import type { KeySet, Part } from './property-parts.ts';
import { splitParts } from './property-parts.ts';
import type { Properties } from './property-string.ts';
import { encodePropertyString } from './property-string.ts';
import type { PropertyFormat } from './schema/property-schema.ts';

/**
 * The text with some keys set or removed; everything else stays as it was written, order and spelling too.
 * A key that already has that value keeps its spelling; a new key goes where PVE would print it.
 */
export function editPropertyString(
  format: PropertyFormat,
  text: string,
  edit: { readonly set?: Properties; readonly remove?: readonly string[] },
): string {
  const set = new Map(Object.entries(edit.set ?? {}));
  const remove = new Set(edit.remove);
  const kept: Part[] = [];
  for (const part of splitParts(format, text)) {
    const changed = editPart(format, part, set, remove);
    if (changed !== undefined) kept.push(changed);
  }
  const added = [...set].toSorted(([a], [b]) => compare(printRank(format, a), printRank(format, b)));
  for (const [name, value] of added) {
    if (set.delete(name)) insertPart(format, kept, name, value, set);
  }
  return kept.map((part) => part.text).join(',');
}

/** The part after the edit, undefined when nothing of it is left. Takes out of `set` what it has dealt with. */
function editPart(
  format: PropertyFormat,
  part: Part,
  set: Map<string, string>,
  remove: ReadonlySet<string>,
): Part | undefined {
  let touched = false;
  const sets: KeySet[] = [];
  for (const { name, value } of part.sets) {
    const wanted = set.get(name);
    set.delete(name);
    if (wanted !== undefined && normalForm(format, name, wanted) !== normalForm(format, name, value)) {
      touched = true;
      sets.push({ name, value: wanted });
    } else if (wanted === undefined && remove.has(name)) {
      touched = true;
    } else {
      sets.push({ name, value });
    }
  }
  // A bare model takes its MAC address: "virtio" becomes "virtio=BC:...".
  const partner = sets.length === 1 && sets[0] !== undefined ? aliasPartner(format, sets[0].name) : undefined;
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined && !part.text.includes('=')) {
    set.delete(partner);
    touched = true;
    sets.push({ name: partner, value: partnerValue });
  }
  if (!touched) return part;
  if (sets.length === 0) return undefined;
  return { text: writePart(format, part, sets), sets };
}

/** Keeps the part's own spelling: bare, by its alias, or key=value. */
function writePart(format: PropertyFormat, part: Part, sets: readonly KeySet[]): string {
  const [first] = sets;
  if (first === undefined || sets.length > 1 || part.sets.length > 1) {
    return encodePropertyString(format, asRecord(sets));
  }
  const equals = part.text.indexOf('=');
  if (equals === -1 && format[first.name]?.named === true) return `${first.name}=${first.value}`;
  return equals === -1 ? first.value : `${part.text.slice(0, equals)}=${first.value}`;
}

/** Puts a new key where print_property_string has it among the keys that are there. */
function insertPart(
  format: PropertyFormat,
  parts: Part[],
  name: string,
  value: string,
  set: Map<string, string>,
): void {
  const sets: KeySet[] = [{ name, value }];
  const partner = aliasPartner(format, name);
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined) {
    set.delete(partner);
    sets.push({ name: partner, value: partnerValue });
  }
  const made: Part = { text: encodePropertyString(format, asRecord(sets)), sets };
  const rank = printRank(format, name);
  const at = parts.findIndex(
    (part) => part.sets[0] !== undefined && printRank(format, part.sets[0].name) > rank,
  );
  parts.splice(at === -1 ? parts.length : at, 0, made);
}

/** Sorts as PVE prints: default key, required keys, others. */
function printRank(format: PropertyFormat, name: string): string {
  if (name === defaultKeyOf(format)) return '0';
  return isRequired(format, name) ? `1${name}` : `2${name}`;
}

const asRecord = (sets: readonly KeySet[]): Properties =>
  Object.fromEntries(sets.map(({ name, value }) => [name, value]));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
