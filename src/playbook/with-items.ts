import type { Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { asList } from '../template/lookups/lookup.ts';
import type { Variables } from '../template/render.ts';
import { lookUpItems, renderValue } from '../template/render.ts';
import type { Written } from './playbook.ts';
import { isMapping } from './reading.ts';

/** The items of a `with_…` loop. */
export function withItems(
  lookup: string,
  written: Written,
  module: string,
  variables: Variables,
): Result<readonly unknown[]> {
  const rendered =
    lookup === 'first_found'
      ? renderKnown(written.value, variables)
      : renderValue(written.value, written.positions, variables);
  if (!rendered.ok) return rendered;
  const options = lookup === 'first_found' ? { folder: folderOf(module) } : {};
  const question = { terms: termsOf(lookup, rendered.value), options };
  return lookUpItems(lookup, question, variables, positionAt(written.positions, []));
}

/** These take a mapping as it is; for all others it is its keys. */
const OF_MAPPINGS = ['dict', 'first_found', 'subelements'];

function termsOf(lookup: string, value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value.trim()];
  return OF_MAPPINGS.includes(lookup) && isMapping(value) ? [value] : asList(value);
}

/** Files are looked for where the task looks for its own, which Ansible tells by its name. */
function folderOf(module: string): string {
  const word = ['template', 'var'].find((each) => module.includes(each)) ?? 'file';
  return `${word}s`;
}

const UNKNOWN = Symbol('not known');

/** A tree of names, without those that need a variable that is not there. */
function renderKnown(value: unknown, variables: Variables): Result<unknown> {
  const known = knownPart(value, variables);
  return known.ok && known.value === UNKNOWN ? ok([]) : known;
}

function knownPart(value: unknown, variables: Variables): Result<unknown> {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => knownPart(item, variables));
    const failed = items.flatMap((item) => (item.ok ? [] : item.diagnostics));
    if (failed.length > 0) return fail(...failed);
    return ok(items.flatMap((item) => (item.ok && item.value !== UNKNOWN ? [item.value] : [])));
  }
  if (isMapping(value)) {
    const entries = Object.entries(value).map(([key, item]) => [key, knownPart(item, variables)] as const);
    const failed = entries.flatMap(([, item]) => (item.ok ? [] : item.diagnostics));
    if (failed.length > 0) return fail(...failed);
    return ok(
      Object.fromEntries(
        entries.flatMap(([key, item]) => (item.ok && item.value !== UNKNOWN ? [[key, item.value]] : [])),
      ),
    );
  }
  const rendered = renderValue(value, {}, variables);
  const isUndefined = !rendered.ok && rendered.diagnostics.every(({ code }) => code === 'template/undefined');
  return isUndefined ? ok(UNKNOWN) : rendered;
}
