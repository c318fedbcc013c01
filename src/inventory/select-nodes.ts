import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { expandNodeSet } from './expand-node-set.ts';
import { hostsOfGroup } from './hosts-of-group.ts';
import type { Inventory } from './inventory.ts';
import type { Matcher } from './match-names.ts';
import { globMatcher, isGlob, regexMatcher } from './match-names.ts';
import type { Node } from './node.ts';
import { foldNodeSet } from './node-set.ts';
import { splitPattern } from './split-pattern.ts';
import { inventoryError } from './trouble.ts';

/** Names of hosts, or the end of a sentence why there are none. */
type Found = readonly string[] | string;

/**
 * The nodes that a host pattern names, in the inventory's order, each once. Ansible's patterns: `all`, names of hosts and
 * groups, globs, `~regex`, positions in a group (`web[0]`, `web[-1]`, `web[1:3]`, both ends included), joined by ":" or
 * ","; `:&web` keeps only those in web, `:!web` leaves them out. clush's node sets: `pve[1-3,7]`, `pve[01-12/2]`,
 * `@group`. With a dash it is always a node set, with a colon or one number a position where a group has that name.
 * What names nothing is an error; `at` is where the pattern stands.
 */
export function selectNodes(inventory: Inventory, pattern: string, at?: Position): Result<readonly Node[]> {
  const refuse = (problem: string): Diagnostic =>
    inventoryError('pattern', `Cannot select hosts by "${pattern}": ${problem}`, at, namesHint(inventory));
  const parts = splitPattern(pattern);
  if (typeof parts === 'string') return fail(refuse(parts));
  let selected = new Set<string>();
  const errors: Diagnostic[] = [];
  for (const { sign, text } of parts) {
    const found = findHosts(inventory, text);
    if (typeof found === 'string') {
      errors.push(refuse(found));
      continue;
    }
    const names = new Set(found);
    if (sign === '') selected = new Set([...selected, ...names]);
    else selected = new Set([...selected].filter((name) => names.has(name) === (sign === '&')));
  }
  return errors.length > 0 ? fail(...errors) : ok(inventory.nodes.filter(({ name }) => selected.has(name)));
}

function findHosts(inventory: Inventory, text: string): Found {
  if (text.startsWith('~')) return findByRegex(inventory, text.slice(1));
  const [, head = '', position] = /^(.+)\[(-?\d+|\d*:\d*)\]$/su.exec(text) ?? [];
  if (position !== undefined && isOfGroups(inventory, head)) {
    const hosts = findHosts(inventory, head);
    return typeof hosts === 'string' ? hosts : atPosition(hosts, position, head);
  }
  const groupsOnly = text.startsWith('@');
  const expanded = expandNodeSet(groupsOnly ? text.slice(1) : text);
  if ('problem' in expanded) return expanded.problem;
  const plainHosts = new Set(groupsOnly ? [] : inventory.nodes.map(({ name }) => name));
  for (const { name } of inventory.groups) plainHosts.delete(name);
  const found = new Set<string>();
  const missing: string[] = [];
  for (const name of expanded.names) {
    const hosts = plainHosts.has(name) ? [name] : findByName(inventory, name, groupsOnly);
    if (hosts === undefined) missing.push(name);
    else for (const host of hosts) found.add(host);
  }
  return missing.length === 0 ? [...found] : nothingCalled(inventory, missing, groupsOnly);
}

/** Whether a position can be meant after the word: it names groups, or is a glob. */
function isOfGroups({ groups }: Inventory, word: string): boolean {
  return word.startsWith('@') || isGlob(word) || groups.some(({ name }) => name === word);
}

/** Hosts at a position, which counts from 0, or from the end when negative; of a range both ends are included. */
function atPosition(hosts: readonly string[], position: string, head: string): Found {
  const [first = '', last] = position.split(':');
  if (last !== undefined) return hosts.slice(Number(first), last === '' ? undefined : Number(last) + 1);
  const host = hosts.at(Number(first));
  if (host !== undefined) return [host];
  return `"${head}" has ${hosts.length === 1 ? 'one host' : `${hosts.length} hosts`} and none at [${position}]; positions count from 0`;
}

function findByRegex(inventory: Inventory, source: string): Found {
  const matches = regexMatcher(source);
  if (matches === undefined) return `"${source}" is no regular expression`;
  return (
    findMatching(inventory, matches, false) ?? `no host and no group begins with what "~${source}" describes`
  );
}

/** Hosts of one name or glob; undefined when it names nothing. */
function findByName(inventory: Inventory, name: string, groupsOnly: boolean): readonly string[] | undefined {
  if (name === 'all' || name === 'ungrouped') return hostsOfGroup(inventory, name);
  if (name === '*') return hostsOfGroup(inventory, 'all');
  return findMatching(inventory, globMatcher(name), groupsOnly);
}

/** `all`, `ungrouped` and this machine are matched by their own names only: `a*` does not mean every host. */
function findMatching(
  inventory: Inventory,
  matches: Matcher,
  groupsOnly: boolean,
): readonly string[] | undefined {
  const groups = inventory.groups.filter(
    ({ name }) => name !== 'all' && name !== 'ungrouped' && matches(name),
  );
  const hosts = groupsOnly
    ? []
    : inventory.nodes.filter((node) => node.isImplicit !== true && matches(node.name));
  if (groups.length === 0 && hosts.length === 0) return undefined;
  const names = groups.flatMap(({ name }) => hostsOfGroup(inventory, name));
  return [...new Set([...names, ...hosts.map(({ name }) => name)])];
}

function nothingCalled(inventory: Inventory, missing: readonly string[], groupsOnly: boolean): string {
  const groups = inventory.groups.map(({ name }) => name);
  const names = groupsOnly ? groups : [...inventory.nodes.map(({ name }) => name), ...groups];
  const guess = missing.length === 1 ? didYouMean(missing[0] ?? '', names) : '';
  return `no ${groupsOnly ? '' : 'host and no '}group is called "${foldNodeSet(missing)}"${guess}`;
}

function namesHint({ nodes, groups }: Inventory): string | undefined {
  const names = [...groups.map(({ name }) => name), ...nodes.map(({ name }) => name)];
  return names.length > 30 ? 'See: pvefleet inventory --list' : `There are: ${names.join(', ')}`;
}
