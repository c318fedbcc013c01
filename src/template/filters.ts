import { createHash } from 'node:crypto';
import { basename, dirname, extname } from 'node:path/posix';
import { parseYaml } from '../text/parse-yaml.ts';
import { shQuote } from '../text/sh-quote.ts';
import { extract, product, subelements, zipLongest } from './collection-filters.ts';
import type { Filter } from './filter-values.ts';
import { includes, isMapping, list, mapping, same, text, truthy } from './filter-values.ts';
import { format } from './percent-format.ts';
import { pythonJson, pythonText } from './python-text.ts';
import { pythonRegex, pythonReplacement } from './python-regex.ts';
import { niceYaml, plainYaml } from './yaml-text.ts';

/** Ansible's filters, and Jinja's that the engine lacks or has narrower. */
export const filters: Readonly<Record<string, Filter>> = {
  __attributes: (value, path, options) => list(value).map((item) => attribute(item, text(path), options)),
  __items: (value) => Object.entries(mapping(value)),
  __keys: (value) => Object.keys(mapping(value)),
  __values: (value) => Object.values(mapping(value)),
  items: (value) => Object.entries(mapping(value)),
  bool: (value) =>
    typeof value === 'string'
      ? ['yes', 'on', '1', 'true', 'y', 't'].includes(value.toLowerCase())
      : value === true || value === 1,
  ternary: (value, yes, no, none) => (value === null && none !== undefined ? none : truthy(value) ? yes : no),
  int: (value, fallback = 0, base = 10) => integer(value, Number(base)) ?? fallback,
  join: (value, separator = '', options = {}) => {
    const named = typeof separator === 'object' ? separator : options;
    const items = column(value, named).map((item) => (typeof item === 'string' ? item : pythonText(item)));
    return items.join(typeof separator === 'string' ? separator : '');
  },
  sum: (value, options = {}) =>
    column(value, options).reduce<number>((total, item) => total + Number(item), 0),
  tojson: (value) => pythonJson(value),
  to_json: (value) => asciiOnly(pythonJson(value)),
  to_nice_json: (value) => asciiOnly(JSON.stringify(sorted(value), null, 4)),
  from_json: (value) => JSON.parse(text(value)) as unknown,
  to_yaml: (value) => plainYaml(value),
  to_nice_yaml: (value) => niceYaml(value),
  from_yaml: (value) => fromYaml(text(value)),
  combine: (value, ...others) => combine([value, ...others]),
  dict2items: (value) => Object.entries(mapping(value)).map(([key, item]) => ({ key, value: item })),
  items2dict: (value) =>
    Object.fromEntries(list(value).map((item) => [text(mapping(item)['key']), mapping(item)['value']])),
  union: (value, other) => unique([...list(value), ...list(other)]),
  difference: (value, other) => unique(list(value)).filter((item) => !includes(list(other), item)),
  intersect: (value, other) => unique(list(value)).filter((item) => includes(list(other), item)),
  symmetric_difference: (value, other) =>
    unique([...list(value), ...list(other)]).filter(
      (item) => includes(list(value), item) !== includes(list(other), item),
    ),
  flatten: (value, options) =>
    list(value).flat(
      typeof options === 'object' && options !== null && 'levels' in options
        ? Number(options.levels)
        : Infinity,
    ),
  zip: (value, ...others) => {
    const lists = [list(value), ...others.map(list)];
    return Array.from({ length: Math.min(...lists.map((one) => one.length)) }, (_, index) =>
      lists.map((one) => one[index]),
    );
  },
  product: (value, ...others) => product([value, ...others].map(list)),
  zip_longest: (value, ...others) => {
    const lists = [value, ...others].filter((each) => Array.isArray(each)) as readonly (readonly unknown[])[];
    const fill = mapping(others.find((each) => !Array.isArray(each)) ?? {})['fillvalue'];
    return zipLongest(lists, fill ?? null);
  },
  subelements: (value, path, options = {}) =>
    subelements(
      Array.isArray(value) ? value : Object.values(mapping(value)),
      Array.isArray(path) ? path.join('.') : text(path),
      options === true || truthy(mapping(options)['skip_missing']),
    ),
  extract: (value, container, more = []) => {
    const keys = [value, ...(Array.isArray(more) ? more : [more])].map((key) =>
      typeof key === 'number' ? key : text(key),
    );
    const found = extract(keys, container);
    if (found === undefined) throw new Error(`there is no "${keys.join('.')}" in it`);
    return found;
  },
  quote: (value) => (/^[\w@%+=:,./-]+$/u.test(text(value)) ? text(value) : shQuote(text(value))),
  mandatory: (value) => value,
  splitext: (value) => {
    const extension = extname(text(value));
    return [text(value).slice(0, text(value).length - extension.length), extension];
  },
  md5: (value) => createHash('md5').update(text(value)).digest('hex'),
  sha1: (value) => createHash('sha1').update(text(value)).digest('hex'),
  checksum: (value) => createHash('sha1').update(text(value)).digest('hex'),
  regex_replace: (value, pattern, replacement = '', options = {}) =>
    text(value).replaceAll(pythonRegex(text(pattern), options, 'g'), pythonReplacement(text(replacement))),
  regex_search: (value, pattern, ...others) => {
    const groups = others.filter((each) => typeof each === 'string');
    const options = others.find((each) => typeof each === 'object') ?? {};
    const found = pythonRegex(text(pattern), options).exec(text(value));
    if (found === null || groups.length === 0) return found?.[0] ?? null;
    return groups.map((group) => groupOf(found, group));
  },
  regex_findall: (value, pattern, options = {}) =>
    [...text(value).matchAll(pythonRegex(text(pattern), options, 'g'))].map((found) => found[1] ?? found[0]),
  regex_escape: (value) => text(value).replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&'),
  b64encode: (value) => Buffer.from(text(value)).toString('base64'),
  b64decode: (value) => Buffer.from(text(value), 'base64').toString(),
  hash: (value, algorithm = 'sha1') => createHash(text(algorithm)).update(text(value)).digest('hex'),
  basename: (value) => basename(text(value)),
  dirname: (value) => dirname(text(value)),
  format: (value, ...args) => format(text(value), args),
  truncate: (value, length = 255, whole = false, end = '...') =>
    truncate(text(value), Number(length), whole === true, text(end)),
};

/** What `\\1` or `\\g<name>` of a found text is. */
function groupOf(found: RegExpExecArray, group: string): string | null {
  const { number, name } = /^\\(?:(?<number>\d+)|g<(?<name>\w+)>)$/u.exec(group)?.groups ?? {};
  if (number === undefined && name === undefined) throw new Error(`"${group}" is no group; "\\1" is one`);
  return (number === undefined ? found.groups?.[name ?? ''] : found[Number(number)]) ?? null;
}

/** `map(attribute="a.b")`, with its `default=` where an item has none. */
function attribute(item: unknown, path: string, options: unknown): unknown {
  let found: unknown = item;
  for (const key of path.split('.')) {
    const within: Readonly<Record<string, unknown>> =
      typeof found === 'object' && found !== null ? { ...found } : {};
    if (!Object.hasOwn(within, key)) {
      if (typeof options === 'object' && options !== null && 'default' in options) return options.default;
      throw new Error(`an item has no "${path}": ${pythonJson(item)}`);
    }
    found = within[key];
  }
  return found;
}

/** A list's items, or with `attribute=` that attribute of each. */
function column(value: unknown, options: unknown): readonly unknown[] {
  const items = typeof value === 'string' ? [...value] : list(value);
  if (typeof options !== 'object' || options === null || !('attribute' in options)) return items;
  const path = text(options.attribute);
  return items.map((item) => attribute(item, path, {}));
}

function integer(value: unknown, base: number): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return Math.trunc(value);
  const found = Number.parseInt(typeof value === 'string' ? value : '', base);
  return Number.isNaN(found) ? undefined : found;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, item]) => [key, sorted(item)]));
}

/** As Python's json.dumps leaves it: halves of surrogate pairs each by themselves. */
const asciiOnly = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function fromYaml(source: string): unknown {
  const parsed = parseYaml(source, 'text');
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message ?? 'not YAML');
  return parsed.value.value;
}

function combine(values: readonly unknown[]): unknown {
  const last = values.at(-1);
  const recursive = typeof last === 'object' && last !== null && 'recursive' in last;
  const mappings = (recursive ? values.slice(0, -1) : values).flat().map(mapping);
  return mappings.reduce(
    (all, next) => (recursive && last.recursive === true ? merge(all, next) : { ...all, ...next }),
    {},
  );
}

function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key];
    merged[key] = isMapping(before) && isMapping(value) ? merge(mapping(before), mapping(value)) : value;
  }
  return merged;
}

function truncate(value: string, length: number, whole: boolean, end: string): string {
  if (value.length <= length) return value;
  const cut = value.slice(0, Math.max(0, length - end.length));
  return (whole ? cut : cut.replace(/\s+\S*$/u, '')) + end;
}

const unique = (items: readonly unknown[]): readonly unknown[] =>
  items.filter((item, index) => items.findIndex((one) => same(one, item)) === index);
