import type { Diagnostic, Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { didYouMean, nearest } from '../text/did-you-mean.ts';
import type { Sourced } from '../text/parse-yaml.ts';
import { connectionProblem } from './connection-options.ts';
import type { Draft, GroupDraft, Variable, Variables } from './draft.ts';
import { draftGroup, draftHost } from './draft.ts';
import { expandRange } from './expand-range.ts';
import { inventoryError } from './trouble.ts';

type Path = readonly (string | number)[];
type Mapping = Readonly<Record<string, unknown>>;

const groupKeys = ['hosts', 'children', 'vars'];

/** What one file's groups are read with: where they go, and what is wrong with them. */
interface Reading {
  readonly draft: Draft;
  readonly positions: Positions;
  readonly errors: Diagnostic[];
}

/** Reads the groups of one inventory file (Ansible's YAML form) into the draft; gives every error of the file. */
export function readGroups(file: Sourced, draft: Draft): readonly Diagnostic[] {
  const reading: Reading = { draft, positions: file.positions, errors: [] };
  if (file.value === null) return [];
  if (!isMapping(file.value)) {
    return [
      inventoryError(
        'not-groups',
        `Cannot read the inventory: it is ${kindOf(file.value)}; groups with hosts, children and vars are wanted`,
        place(reading, []),
        "Ansible's INI form and host lists are not supported yet; write YAML: ansible-inventory -i FILE --list -y",
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
      for (const [child, childBody] of entries(reading, value, here, `children of group "${name}"`)) {
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
  for (const [pattern, value] of entries(reading, body, path, `hosts of group "${group.name}"`)) {
    const here = [...path, pattern];
    const at = place(reading, here);
    const expanded = expandRange(pattern);
    const problem =
      'problem' in expanded
        ? expanded.problem
        : expanded.names.map(nameProblem).find((found) => found !== undefined);
    if (problem !== undefined || 'problem' in expanded) {
      reading.errors.push(inventoryError('host-name', `Cannot read host "${pattern}": ${problem}`, at));
      continue;
    }
    const variables: Variables = new Map();
    readVariables(reading, variables, value, here, `variables of host "${pattern}"`);
    for (const name of expanded.names) {
      group.hosts.add(name);
      const host = draftHost(reading.draft, name, at);
      for (const [key, variable] of variables) host.variables.set(key, variable);
    }
  }
}

function readVariables(reading: Reading, into: Variables, body: unknown, path: Path, what: string): void {
  for (const [name, value] of entries(reading, body, path, what)) {
    const variable = { value, at: place(reading, [...path, name]) };
    if (!/^[A-Za-z_]\w*$/u.test(name)) {
      const message = `Cannot read variable "${name}": it is no variable name; letters, digits and "_" are wanted`;
      const hint =
        name === '<<' ? 'Merge keys are not supported yet; put shared variables in a group' : undefined;
      reading.errors.push(inventoryError('variable-name', message, variable.at, hint));
      continue;
    }
    const problem = connectionProblem(name, variable) ?? priorityProblem(name, variable);
    if (problem === undefined) into.set(name, variable);
    else reading.errors.push(problem);
  }
}

function priorityProblem(name: string, { value, at }: Variable): Diagnostic | undefined {
  if (name !== 'ansible_group_priority' || Number.isInteger(value)) return undefined;
  const message = `Cannot use ${name}: it is ${JSON.stringify(value)}; a whole number is wanted`;
  return inventoryError('group-priority', message, at);
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
  const message = `Cannot read ${what}: it is ${kindOf(body)}; a mapping is wanted`;
  reading.errors.push(inventoryError('not-a-mapping', message, place(reading, path), hint));
  return [];
}

/** The end of a sentence about a name that hosts and groups can't have, or undefined. */
function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (/^[^:]+:\d+$/u.test(name)) return 'a port is no part of the name; ansible_port is wanted';
  const wrong = /[\s:,*?!&~[\]{}/@"'\\]/u.exec(name)?.[0];
  if (wrong !== undefined)
    return `the name holds "${wrong}", which patterns could not tell from their own signs`;
  return name.startsWith('-') ? 'the name begins with "-"' : undefined;
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
