import { propertyFormat } from '../../pve/named-property-formats.ts';
import { normalise, sameValue } from '../../pve/normal-form.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { editPropertyString } from '../../pve/edit-property-string.ts';
import { encodePropertyString } from '../../pve/property-string.ts';
import type { WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import { findProperty } from '../property.ts';
import { sameKeys } from './public-keys.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import { isTagList, tagListText } from './tag-list.ts';

/** Whether an option's text already says all that is wanted; undefined text: the option is not set. */
export function satisfies(
  guest: GuestKind,
  option: string,
  text: string | undefined,
  wanted: WantedValue,
): boolean {
  const after = wantedText(guest, option, text, wanted);
  const schema = optionSchema(guest.kind, option);
  const shape = findProperty(guest.properties, option)?.shape;
  if (shape === 'lines') return text === after;
  if (shape === 'keys') return sameKeys(text, after);
  // Any that PVE made is the one that is wanted.
  if (option === 'vmgenid' && after === '1') return text !== undefined && text !== '0';
  return schema !== undefined && sameValue(schema, text, after);
}

/**
 * The text of an option once what is wanted is laid over what is there: only the sub-properties that the spec names
 * are touched (PVE itself makes a new MAC address when a set leaves it out). Undefined: the option is removed.
 */
export function wantedText(
  guest: GuestKind,
  option: string,
  text: string | undefined,
  wanted: WantedValue,
): string | undefined {
  if (wanted === null) return undefined;
  const schema = optionSchema(guest.kind, option);
  if (typeof wanted === 'string' || schema === undefined) return typeof wanted === 'string' ? wanted : text;
  const format = propertyFormat(schema) ?? {};
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    if (value === null) remove.push(key);
    else set[key] = option === 'machine' && key === 'type' ? pinned(value, text) : value;
  }
  return text === undefined || text.trim() === ''
    ? encodePropertyString(format, set)
    : editPropertyString(format, text, { set, remove });
}

/** A version that PVE has pinned to a kind of machine, as it does for Windows, stays where the spec names the kind alone. */
function pinned(type: string, text: string | undefined): string {
  const kinds: Readonly<Record<string, string>> = { q35: 'pc-q35-', pc: 'pc-i440fx-', virt: 'virt-' };
  const is = /^(?:type=)?(?<type>[^,=]+)(?:,|$)/u.exec(text ?? '')?.groups?.['type'];
  const prefix = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  return prefix !== undefined && is?.startsWith(prefix) === true ? is : type;
}

/** What one `qm set` or `pct set` does to the options. */
export interface OptionChange {
  readonly option: string;
  /** `lines`: by writing into the file, as no command sets it. */
  readonly how: 'set' | 'remove' | 'revert' | 'lines';
  /** New text, for `set`. */
  readonly text?: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * What is to be done to make an option as wanted, undefined when it is. Pending changes count (pitfalls 6): what is
 * wanted is compared with what will be after a restart; where the running value is the wanted one, the pending one is reverted.
 */
export function optionChange(
  guest: GuestKind,
  row: Property,
  option: string,
  wanted: WantedValue,
  current: Pick<Guest, 'active' | 'effective' | 'tellsTagCase'>,
): OptionChange | undefined {
  if (row.transient === true) return undefined;
  const before = current.effective[option];
  const active = current.active[option];
  const after = wantedText(guest, option, before, wanted);
  const schema = optionSchema(guest.kind, option);
  const isTags = isTagList(schema);
  const isAfter = (text: string | undefined): boolean =>
    isTags && current.tellsTagCase && text !== undefined && after !== undefined
      ? tagListText(text, true) === tagListText(after, true)
      : satisfies(guest, option, text, after ?? null);
  if (isAfter(before)) return undefined;
  if (row.shape === 'lines')
    return { option, how: 'lines', ...(after !== undefined && { text: after }), before, after };
  if (active !== before && isAfter(active)) {
    return { option, how: 'revert', before, after: active };
  }
  if (after === undefined) return { option, how: 'remove', before, after };
  const hasForm = schema !== undefined && row.shape === 'scalar' && !isTags;
  const text = hasForm ? normalise(schema, after) : after;
  return { option, how: 'set', text, before, after: text };
}
