import type { Filter } from './filter-values.ts';
import { includes, list, mapping, text, truthy } from './filter-values.ts';
import { compareVersions, pythonRegex } from './python-regex.ts';

/** Ansible's tests. */
export const tests: Readonly<Record<string, Filter>> = {
  match: (value, pattern, options = {}) => pythonRegex(`^(?:${text(pattern)})`, options).test(text(value)),
  search: (value, pattern, options = {}) => pythonRegex(text(pattern), options).test(text(value)),
  regex: (value, pattern, options = {}) => pythonRegex(text(pattern), options).test(text(value)),
  version: (value, other, operator = '==') => compareVersions(text(value), text(operator), text(other)),
  contains: (value, item) =>
    typeof value === 'string' ? value.includes(text(item)) : includes(list(value), item),
  subset: (value, other) => list(value).every((item) => includes(list(other), item)),
  superset: (value, other) => list(other).every((item) => includes(list(value), item)),
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
  finished: (value) => flagOf(value, 'finished'),
  started: (value) => flagOf(value, 'started'),
  truthy: (value) => truthy(value),
  falsy: (value) => !truthy(value),
};

/** A flag of what `register` kept. */
function flagOf(result: unknown, flag: string): boolean {
  return truthy(mapping(result)[flag]);
}

function someResult(result: unknown, flag: string): boolean {
  const { results } = mapping(result);
  return Array.isArray(results) && results.some((each: unknown) => flagOf(each, flag));
}
