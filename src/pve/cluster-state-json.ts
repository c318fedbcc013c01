import type { z } from 'zod';
import type { Finding } from './file-kind.ts';

/** The value of a file that pmxcfs or the HA manager writes as JSON, or why it is none. */
export type StateRead<T> =
  | { readonly value: T }
  /** `line` from 1; "<what is>; <what is wanted>" */
  | { readonly problem: string; readonly line: number };

/** Parses a text against a schema. Never throws. */
export function readStateJson<T>(schema: z.ZodType<T>, text: string): StateRead<T> {
  const json = parseJson(text);
  if ('problem' in json) return json;
  const read = schema.safeParse(json.value);
  if (read.success) return { value: read.data };
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the file' : `"${issue.path.join('.')}"`;
  const lineOf = keyLines(text);
  return {
    problem: `${where} is not what PVE writes: ${issue?.message ?? 'unknown'}`,
    // An inner key stands behind the outer ones, and one that is missing is in line 1.
    line: Math.max(1, ...(issue?.path ?? []).map((key) => lineOf(String(key)))),
  };
}

/** The finding of a file that can't be read; none for one that can. */
export function stateFindings(kind: string, read: StateRead<unknown>): readonly Finding[] {
  return 'problem' in read
    ? [{ line: read.line, severity: 'error', code: `${kind}/unreadable`, message: read.problem }]
    : [];
}

/** The first line of each key of a JSON text, from 1; 1 for a key that is not there. */
export function keyLines(text: string): (key: string) => number {
  const found = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    for (const { groups } of line.matchAll(/"(?<key>(?:[^"\\]|\\.)*)"\s*:/gu)) {
      const key = groups?.['key'];
      if (key !== undefined && !found.has(key)) found.set(key, index + 1);
    }
  }
  return (key) => found.get(key) ?? 1;
}

/** Whether a text is a JSON object that has all these keys. */
export function isJsonWith(text: string, keys: readonly string[]): boolean {
  const json = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  if (json === undefined || 'problem' in json || typeof json.value !== 'object' || json.value === null)
    return false;
  const { value } = json;
  return keys.every((key) => Object.hasOwn(value, key));
}

/** All that a JSON text says; an empty one says nothing, as "{}" does. */
export function stateForm(text: string): unknown {
  const json = parseJson(text.trim() === '' ? '{}' : text);
  return 'problem' in json ? text : json.value;
}

function parseJson(text: string): StateRead<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return { problem: 'the file is no JSON; what PVE itself writes is wanted', line: 1 };
  }
}
