import type { Diagnostic, Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { didYouMean, nearest } from '../text/did-you-mean.ts';
import type { Sourced } from '../text/parse-yaml.ts';
import type { Draft, GroupDraft, Variables } from './draft.ts';
import { draftGroup, draftHost } from './draft.ts';
import { nameProblem, readHostEntry } from './host-pattern.ts';
import { inventoryError } from './trouble.ts';
import { setVariable } from './variable.ts';

type Path = readonly (string | number)[];
type Mapping = Readonly<Record<string, unknown>>;

const groupKeys = ['hosts', 'children', 'vars'];

/** What one file's groups are read with: where they go, and what is wrong with them. */
interface Reading {
  readonly draft: Draft;
  readonly positions: Positions;
  readonly errors: Diagnostic[];
  /** The file was encrypted. */
  readonly secret: boolean;
}

/** Reads the groups of one inventory file (Ansible's YAML form) into the draft; gives every error of the file. */
export function readGroups(file: Sourced, draft: Draft, secret = false): readonly Diagnostic[] {
  const reading: Reading = { draft, positions: file.positions, errors: [], secret };
  if (file.value === null) return [];
  if (!isMapping(file.value)) {
    return [
      inventoryError(
        'not-groups',
        `Cannot read the inventory: it is ${kindOf(file.value)}; groups with hosts, children and vars are wanted`,
        place(reading, []),
        'A group is a key with hosts under it: "pve: { hosts: { pve1: , pve2: } }"',
      ),
    ];
  }
  for (const [name, body] of Object.entries(file.value)) {
    if (name === 'plugin') {
      const message =
        'Cannot read the inventory: it configures an inventory plugin, which pvefleet does not support yet; hosts are wanted';
      reading.errors.push(inventoryError('not-yet', message, place(reading, [name])));
    } else readGroup(reading, name, body, [name]);
  }
  return reading.errors;
}

function readGroup(reading: Reading, name: string, body: unknown, path: Path): void {
  const problem = nameProblem(name);
  if (problem !== undefined) {
    reading.errors.push(
      inventoryError('group-name', `Cannot read group "${name}": ${problem}`, place(reading, path)),
    );
    return;
  }
  const group = draftGroup(reading.draft, name, place(reading, path));
  for (const [key, value] of entries(reading, body, path, `group "${name}"`)) {
    const here = [...path, key];
    if (key === 'hosts') readHosts(reading, group, value, here);
    else if (key === 'vars') readVariables(reading, group.variables, value, here, `vars of group "${name}"`);
    else if (key === 'children') {
      for (const [child, childBody] of entries(reading, names(value), here, `children of group "${name}"`)) {
        group.children.add(child);
        readGroup(reading, child, childBody, [...here, child]);
      }
    } else reading.errors.push(unknownGroupKey(name, key, value, place(reading, here)));
  }
}

function unknownGroupKey(group: string, key: string, value: unknown, at: Position): Diagnostic {
  const hint =
    nearest(key, groupKeys) !== undefined
      ? undefined
      : isMapping(value)
        ? `A group inside "${group}" goes under its children, a host under its hosts`
        : `A variable of "${group}" goes under its vars`;
  const message = `Cannot read group "${group}": there is no key "${key}" in a group, only hosts, children and vars`;
  return inventoryError('unknown-key', message + didYouMean(key, groupKeys), at, hint);
}

function readHosts(reading: Reading, group: GroupDraft, body: unknown, path: Path): void {
  for (const [pattern, value] of entries(reading, names(body), path, `hosts of group "${group.name}"`)) {
    const here = [...path, pattern];
    const at = place(reading, here);
    const entry = readHostEntry(pattern);
    if ('problem' in entry) {
      const message = `Cannot read host "${pattern}": ${entry.problem}`;
      reading.errors.push(inventoryError('host-name', message, at));
      continue;
    }
    const variables: Variables = new Map();
    if (entry.port !== undefined) variables.set('ansible_port', { value: entry.port, at });
    readVariables(reading, variables, value, here, `variables of host "${pattern}"`);
    for (const name of entry.names) {
      group.hosts.add(name);
      const host = draftHost(reading.draft, name, at);
      for (const [key, variable] of variables) host.variables.set(key, variable);
    }
  }
}

function readVariables(reading: Reading, into: Variables, body: unknown, path: Path, what: string): void {
  for (const [name, value] of entries(reading, body, path, what)) {
    const variable = { value, at: place(reading, [...path, name]), ...(reading.secret && { secret: true }) };
    reading.errors.push(...setVariable(into, name, variable));
  }
}

/** One host or group may stand as a text, as with Ansible. */
function names(body: unknown): unknown {
  return typeof body === 'string' && body !== '' ? { [body]: null } : body;
}

/** The entries of a mapping, or of nothing; anything else is an error. */
function entries(
  reading: Reading,
  body: unknown,
  path: Path,
  what: string,
): readonly (readonly [string, unknown])[] {
  if (body === null || body === undefined) return [];
  if (isMapping(body)) return Object.entries(body);
  const hint =
    typeof body === 'string' || Array.isArray(body)
      ? 'Each name is a key here, with a colon after it: "pve1:"'
      : undefined;
  const found = reading.secret ? 'something else' : kindOf(body);
  const message = `Cannot read ${what}: it is ${found}; a mapping is wanted`;
  reading.errors.push(inventoryError('not-a-mapping', message, place(reading, path), hint));
  return [];
}

function place(reading: Reading, path: Path): Position {
  return positionAt(reading.positions, path) ?? { file: '', line: 1, column: 1 };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isMapping(value) ? 'a mapping' : typeof value === 'string' ? 'text' : JSON.stringify(value);
}
