import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Draft } from './draft.ts';
import { readGroups } from './read-groups.ts';
import { runScript } from './run-script.ts';
import { inventoryError } from './trouble.ts';
import { setVariable } from './variable.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** How long an inventory script may take for its list, and for each host where it gives no _meta. */
const scriptSeconds = 60;
const hostsAtOnce = 8;

/**
 * Runs an inventory script with --list and reads its JSON into the draft: groups with hosts, children and vars (or a list
 * of hosts), and _meta.hostvars; without _meta it is asked for each host with --host, as Ansible does.
 */
export async function readScript(path: string, file: string, draft: Draft): Promise<readonly Diagnostic[]> {
  const at = { file, line: 1, column: 1 };
  const list = await ask(path, ['--list'], at);
  if (!list.ok) return list.diagnostics;
  const { _meta: meta, ...groups } = list.value;
  const hosts = new Set(Object.entries(groups).flatMap(hostsOf));
  const tree = Object.fromEntries(
    Object.entries(groups).map(([name, group]) => [name, groupTree(name, group)]),
  );
  const errors = [...readGroups({ value: tree, positions: { '': at }, booleanWords: {} }, draft)];
  const given = isMapping(meta) ? meta['hostvars'] : undefined;
  const answers =
    given === undefined ? await askForEach(path, [...hosts], at) : { variables: given, errors: [] };
  errors.push(...answers.errors);
  if (!isMapping(answers.variables)) return [...errors, wrongShape('_meta.hostvars', at)];
  for (const [host, variables] of Object.entries(answers.variables)) {
    const known = draft.hosts.get(host);
    if (known === undefined || !hosts.has(host)) continue;
    if (!isMapping(variables)) errors.push(wrongShape(`_meta.hostvars of "${host}"`, at));
    else
      for (const [name, value] of Object.entries(variables))
        errors.push(...setVariable(known.variables, name, { value, at }));
  }
  return errors;
}

function wrongShape(what: string, at: Position): Diagnostic {
  return inventoryError(
    'script',
    `Cannot read ${what} of the script ${at.file}: it is no mapping; names with variables are wanted`,
    at,
  );
}

/** The JSON object that the script prints, or an error. */
async function ask(path: string, args: readonly string[], at: Position): Promise<Result<Mapping>> {
  const what = `${at.file} ${args.join(' ')}`;
  const refuse = (problem: string): Result<never> =>
    fail(
      inventoryError(
        'script',
        `Cannot run inventory script ${what}: ${problem}`,
        at,
        `Run it by hand: ${what}`,
      ),
    );
  const printed = await runScript(path, args, scriptSeconds);
  if ('problem' in printed) return refuse(printed.problem);
  if (printed.stdout.trim() === '' && args[0] === '--host') return ok({});
  try {
    const value: unknown = JSON.parse(printed.stdout);
    return isMapping(value) ? ok(value) : refuse('what it printed is no JSON object; groups are wanted');
  } catch {
    return refuse('what it printed is no JSON; a JSON object is wanted');
  }
}

async function askForEach(
  path: string,
  hosts: readonly string[],
  at: Position,
): Promise<{ readonly variables: Mapping; readonly errors: readonly Diagnostic[] }> {
  const variables: Record<string, unknown> = {};
  const errors: Diagnostic[] = [];
  for (let first = 0; first < hosts.length; first += hostsAtOnce) {
    const some = hosts.slice(first, first + hostsAtOnce);
    const answers = await Promise.all(some.map((host) => ask(path, ['--host', host], at)));
    for (const [index, answer] of answers.entries()) {
      if (answer.ok) variables[some[index] ?? ''] = answer.value;
      else errors.push(...answer.diagnostics);
    }
  }
  return { variables, errors };
}

/** A group as the YAML form has it. A list is its hosts; a mapping without a group's keys is a host with variables. */
function groupTree(name: string, group: unknown): unknown {
  if (Array.isArray(group)) return { hosts: keys(group) };
  if (!isMapping(group)) return group;
  if (isHostOfItsOwn(group)) return { hosts: keys([name]), vars: group };
  return {
    ...('hosts' in group && { hosts: keys(group['hosts']) }),
    ...('children' in group && { children: keys(group['children']) }),
    ...('vars' in group && { vars: group['vars'] }),
  };
}

function hostsOf([name, group]: readonly [string, unknown]): readonly string[] {
  const hosts = Array.isArray(group)
    ? group
    : isMapping(group)
      ? isHostOfItsOwn(group)
        ? [name]
        : group['hosts']
      : [];
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : [];
}

/** Ansible's oldest form: {"pve1": {"rack": 7}}. An empty mapping is an empty group. */
function isHostOfItsOwn(group: Mapping): boolean {
  return Object.keys(group).length > 0 && !['hosts', 'children', 'vars'].some((key) => key in group);
}

function keys(list: unknown): unknown {
  return Array.isArray(list) ? Object.fromEntries(list.map((name) => [String(name), null])) : list;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
