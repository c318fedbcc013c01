import type { Filter } from './filter-values.ts';
import { includes, isMapping, itemsOf, list, mapping, text, truthy } from './filter-values.ts';
import { named } from './filter-arguments.ts';
import { isUri, isUrl } from './filters/url.ts';
import { textRegex } from './python-regex.ts';
import { pythonStr } from './python-text.ts';
import { compareVersions } from './versions.ts';

const matches =
  (otherwise: 'match' | 'search'): Filter =>
  (value, ...args) => {
    const {
      pattern = '',
      match_type: type,
      ...flags
    } = named(args, ['pattern', 'ignorecase', 'multiline', 'match_type']);
    const way = type === undefined ? otherwise : text(type);
    const before = way === 'search' ? '' : START;
    const after = way === 'fullmatch' ? END : '';
    return textRegex(`${before}(?:${text(pattern)})${after}`, flags).test(pythonStr(value));
  };

const [START, END] = [String.raw`(?<![\s\S])`, String.raw`(?![\s\S])`];

const isVersion: Filter = (value, ...args) => {
  const {
    version,
    operator = 'eq',
    strict,
    version_type: type,
  } = named(args, ['version', 'operator', 'strict', 'version_type']);
  const kind = truthy(strict) ? 'strict' : text(type ?? 'loose');
  return compareVersions(pythonStr(value), text(operator), pythonStr(version), kind);
};

const isSubset: Filter = (value, other) => itemsOf(value).every((item) => includes(itemsOf(other), item));
const isSuperset: Filter = (value, other) => itemsOf(other).every((item) => includes(itemsOf(value), item));
const isNan: Filter = (value) => typeof value === 'number' && Number.isNaN(value);
const isLong: Filter = (value) => typeof value === 'string' || (typeof value === 'object' && value !== null);

/** Ansible's tests, and Jinja's that the engine lacks or has narrower. */
export const tests: Readonly<Record<string, Filter>> = {
  match: matches('match'),
  search: matches('search'),
  regex: matches('search'),
  version: isVersion,
  version_compare: isVersion,
  contains: (value, item) =>
    typeof value === 'string' ? value.includes(text(item)) : includes(itemsOf(value), item),
  subset: isSubset,
  issubset: isSubset,
  superset: isSuperset,
  issuperset: isSuperset,
  any: (value) => itemsOf(value).some(truthy),
  all: (value) => itemsOf(value).every(truthy),
  nan: isNan,
  isnan: isNan,
  sequence: isLong,
  iterable: isLong,
  callable: () => false,
  failed: (value) => flagOf(value, 'failed'),
  failure: (value) => flagOf(value, 'failed'),
  succeeded: (value) => !flagOf(value, 'failed'),
  success: (value) => !flagOf(value, 'failed'),
  successful: (value) => !flagOf(value, 'failed'),
  changed: (value) => flagOf(value, 'changed') || someResult(value, 'changed'),
  change: (value) => flagOf(value, 'changed') || someResult(value, 'changed'),
  skipped: (value) => flagOf(value, 'skipped'),
  skip: (value) => flagOf(value, 'skipped'),
  unreachable: (value) => flagOf(value, 'unreachable'),
  reachable: (value) => !flagOf(value, 'unreachable'),
  finished: (value) => !('finished' in mapping(value)) || flagOf(value, 'finished'),
  started: (value) => !('started' in mapping(value)) || flagOf(value, 'started'),
  truthy: (value, ...args) => truthy(asBoolean(value, args)),
  falsy: (value, ...args) => !truthy(asBoolean(value, args)),
  uri: (value, ...args) => isUri(text(value), schemesOf(args)),
  url: (value, ...args) => isUrl(text(value), schemesOf(args)),
  urn: (value) => isUri(text(value), ['urn']),
  abs: (value) => text(value).startsWith('/'),
  is_abs: (value) => text(value).startsWith('/'),
  // What was encrypted is opened before anything is rendered.
  vault_encrypted: () => false,
};

const schemesOf = (args: readonly unknown[]): readonly unknown[] => {
  const { schemes } = named(args, ['schemes']);
  return schemes === undefined || schemes === null ? [] : list(schemes);
};

/** With `convert_bool` a word that spells a boolean is it. */
function asBoolean(value: unknown, args: readonly unknown[]): unknown {
  if (typeof value !== 'string' || !truthy(named(args, ['convert_bool'])['convert_bool'])) return value;
  return !['0', 'f', 'false', 'n', 'no', 'off'].includes(value.toLowerCase()) && value !== '';
}

/** A flag of what `register` kept. */
function flagOf(result: unknown, flag: string): boolean {
  return truthy(mapping(result)[flag]);
}

function someResult(result: unknown, flag: string): boolean {
  const { results } = mapping(result);
  return Array.isArray(results) && results.some((each: unknown) => isMapping(each) && flagOf(each, flag));
}
