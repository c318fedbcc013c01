import { isBlank } from './perl-space.ts';
import { defaultKeyOf, schemaOf } from './property-format.ts';
import type { PropertyFormat } from './schema/property-schema.ts';

export interface PropertyProblem {
  /** The key as it was written, where there is one. */
  readonly key?: string;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

/** A key and its value. */
export interface KeySet {
  readonly name: string;
  readonly value: string;
}

/** One comma-separated piece of the text, and the keys it sets. */
export interface Part {
  readonly text: string;
  readonly sets: readonly KeySet[];
  readonly problem?: PropertyProblem;
}

/** A property string's pieces as they stand; blank ones are nothing. */
export function splitParts(format: PropertyFormat, text: string): readonly Part[] {
  const parts: Part[] = [];
  for (const piece of text.split(',')) if (!isBlank(piece)) parts.push(readPart(format, piece));
  return parts;
}

function readPart(format: PropertyFormat, piece: string): Part {
  const equals = piece.indexOf('=');
  if (equals === -1) return readBarePart(format, piece);
  const key = piece.slice(0, equals);
  const value = piece.slice(equals + 1);
  if (key === '' || value === '') {
    return {
      text: piece,
      sets: [],
      problem: { message: `"${piece}" has no ${key === '' ? 'key' : 'value'}; key=value is wanted` },
    };
  }
  const schema = schemaOf(format, key);
  if (schema?.alias !== undefined) {
    const target: KeySet = { name: schema.alias, value };
    const { keyAlias } = schema;
    return {
      text: piece,
      sets: keyAlias === undefined ? [target] : [{ name: keyAlias, value: key }, target],
    };
  }
  if (schema !== undefined) return { text: piece, sets: [{ name: key, value }] };
  return {
    text: piece,
    sets: [{ name: key, value }],
    problem: { key, message: `"${key}" is no key that PVE knows here` },
  };
}

function readBarePart(format: PropertyFormat, piece: string): Part {
  const name = defaultKeyOf(format);
  if (name !== undefined) return { text: piece, sets: [{ name, value: piece }] };
  return { text: piece, sets: [], problem: { message: `"${piece}" has no key; key=value is wanted` } };
}
