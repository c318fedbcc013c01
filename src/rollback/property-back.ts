import { isDeepStrictEqual } from 'node:util';
import type { WantedValue } from '../modules/module.ts';
import type { PropertyValue } from '../plan/plan.ts';
import { maskText } from '../text/mask.ts';
import type { Lasting } from './touched.ts';

/** A value that stays as it is, with what it was before the run; undefined: not set. */
export interface Kept {
  /** "cores", or of a property string "scsi0.size". */
  readonly name: string;
  readonly before?: string;
  readonly now?: string;
}

/** One value on its way back. */
export interface Back<T = WantedValue> {
  /** What is to be declared, null where nothing was set; undefined: nothing is to be done. */
  readonly wish?: T | null;
  readonly lasting: readonly (Kept & { readonly why: string })[];
  /** What is neither what was before the run nor what it has left: others changed it since. */
  readonly changedSince: readonly (Kept & { readonly left?: string })[];
}

/** A value in three states: before the run, as it left it, and now. */
interface Versions<T> {
  readonly before: T | undefined;
  readonly left: T | undefined;
  readonly now: T | undefined;
}

type Structured = Readonly<Record<string, string>>;

/**
 * Takes a property back, each sub-property of a property string for itself: back to `before` where it is as the run left
 * it, left alone where it is neither that nor what was before.
 */
export function propertyBack(
  property: string,
  { before, left, now }: Versions<PropertyValue>,
  lasting: Lasting | undefined,
): Back {
  if (isStructured(before) && isStructured(left) && isStructured(now))
    return subPropertiesBack(property, { before, left, now }, lasting);
  return valueBack(property, { before, left, now }, lasting?.why);
}

function subPropertiesBack(
  property: string,
  { before, left, now }: { readonly before: Structured; readonly left: Structured; readonly now: Structured },
  lasting: Lasting | undefined,
): Back {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(left)])];
  const backs = keys
    .filter((key) => before[key] !== left[key])
    .map((key) => {
      const why = lasting?.keys?.includes(key) === false ? undefined : lasting?.why;
      const versions = { before: before[key], left: left[key], now: now[key] };
      return { key, ...valueBack(`${property}.${key}`, versions, why) };
    });
  const wishes = backs.flatMap(({ key, wish }) => (wish === undefined ? [] : [[key, wish] as const]));
  return {
    ...(wishes.length > 0 && { wish: Object.fromEntries(wishes) }),
    lasting: backs.flatMap((back) => back.lasting),
    changedSince: backs.flatMap((back) => back.changedSince),
  };
}

function valueBack<T extends PropertyValue>(
  name: string,
  { before, left, now }: Versions<T>,
  lasts: string | undefined,
): Back<T> {
  // One looks unlike itself when another process reads it again.
  if (isSecret(before)) {
    const why = lasts ?? 'what it was is a secret, and secrets are not recorded';
    return { lasting: [{ name, why }], changedSince: [] };
  }
  if (isDeepStrictEqual(now, before)) return { lasting: [], changedSince: [] };
  const kept: Kept = { name, ...shown('before', before), ...shown('now', now) };
  if (!isDeepStrictEqual(now, left))
    return { lasting: [], changedSince: [{ ...kept, ...shown('left', left) }] };
  if (lasts !== undefined) return { lasting: [{ ...kept, why: lasts }], changedSince: [] };
  return { wish: before ?? null, lasting: [], changedSince: [] };
}

/** The same value, as far as that can be told: two secrets look alike. */
export function looksAlike(one: PropertyValue | undefined, other: PropertyValue | undefined): boolean {
  return isDeepStrictEqual(one, other) || (isSecret(one) && isSecret(other));
}

/** What stands in a file or a record in the place of a secret. */
function isSecret(value: PropertyValue | undefined): boolean {
  const texts = typeof value === 'object' ? Object.values(value) : [value ?? ''];
  return texts.some((text) => text.includes('<secret') || text.includes(maskText));
}

function isStructured(value: PropertyValue | undefined): value is Structured {
  return typeof value === 'object';
}

/** A value in a sentence. */
function shown<K extends string>(key: K, value: PropertyValue | undefined): Partial<Record<K, string>> {
  if (value === undefined) return {};
  const text = isStructured(value)
    ? Object.entries(value)
        .map(([name, part]) => `${name}=${part}`)
        .join(',')
    : value;
  return { [key]: text } as Partial<Record<K, string>>;
}
