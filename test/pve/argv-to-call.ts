import type { PveCall } from '../../src/pve/call.ts';
import type { Command } from '../../src/pve/command.ts';
import { commands } from '../../src/pve/commands.ts';

/** Other names of commands in the tables of PVE's tools. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'qm disk resize': ['qm', 'resize'],
  'qm move_disk': ['qm', 'disk', 'move'],
  'qm move-disk': ['qm', 'disk', 'move'],
  'qm unlink': ['qm', 'disk', 'unlink'],
  'qm agent': ['qm', 'guest', 'cmd'],
  'pct move_volume': ['pct', 'move-volume'],
  'pvesm lvmscan': ['pvesm', 'scan', 'lvm'],
  'pveum user token remove': ['pveum', 'user', 'token', 'delete'],
  'ha-manager migrate': ['ha-manager', 'crm-command', 'migrate'],
  'ha-manager relocate': ['ha-manager', 'crm-command', 'relocate'],
  'ha-manager rules config': ['ha-manager', 'rules', 'list'],
};

/**
 * The call that a recorded command line of PVE's tools makes; undefined for commands without an API method and for
 * command lines that the option parser refuses (too few arguments, no value).
 */
export function argvToCall(argv: readonly string[], node: string): PveCall | undefined {
  const words = expandAlias(argv);
  if (words[0] === 'pvesh') return pveshCall(words);
  const command = commands
    .filter((row) => row.argv.every((word, index) => words[index] === word))
    .toSorted((a, b) => b.argv.length - a.argv.length)[0];
  if (command === undefined) return undefined;
  const given = readOptions(words.slice(command.argv.length));
  if (
    given === undefined ||
    [...(command.notHere ?? []), ...Object.keys(command.reads ?? {})].some((name) => name in given.options)
  )
    return undefined;
  const bare = command.argv[0] === 'vzdump' ? given.bare.join(',') : given.bare;
  const params: Record<string, string> = { ...askedFor(command), ...given.options, ...command.fixed };
  for (const [index, value] of (typeof bare === 'string' ? [bare].filter(Boolean) : bare).entries()) {
    const name = command.positional[index];
    if (name === undefined) return undefined;
    params[name] = value;
  }
  return fillPath(command, params, node);
}

function pveshCall(words: readonly string[]): PveCall | undefined {
  const methods = { get: 'GET', create: 'POST', set: 'PUT', delete: 'DELETE' } as const;
  const verb = words[1] ?? '';
  const given = readOptions(words.slice(2));
  const [path, ...rest] = given?.bare ?? [];
  if (given === undefined || !path?.startsWith('/') || path === '/' || rest.length > 0) return undefined;
  if (verb !== 'get' && verb !== 'create' && verb !== 'set' && verb !== 'delete') return undefined;
  return { method: methods[verb], path, params: given.options };
}

/** What was typed at the terminal. */
function askedFor(command: Command): Record<string, string> {
  return command.argv.join(' ') === 'pveum passwd' ? { password: 'typed-in' } : {};
}

function fillPath(
  { method, path: template }: Command,
  params: Record<string, string>,
  node: string,
): PveCall | undefined {
  // A volume says which storage it is on.
  const storage = params['volume']?.includes(':') ? { storage: params['volume'].split(':')[0] ?? '' } : {};
  const values: Readonly<Record<string, string>> = { ...storage, node, ...params };
  const rest = { ...params };
  let complete = true;
  const path = template.replaceAll(/\{(?<name>\w+)\}/gu, (_, name: string) => {
    const value = values[name];
    complete &&= value !== undefined && value !== '';
    delete rest[name];
    return value ?? '';
  });
  return complete ? { method, path, params: rest } : undefined;
}

function expandAlias(argv: readonly string[]): readonly string[] {
  for (const length of [4, 3, 2]) {
    const target = aliases[argv.slice(0, length).join(' ')];
    if (target !== undefined) return [...target, ...argv.slice(length)];
  }
  return argv;
}

function readOptions(
  words: readonly string[],
): { readonly options: Record<string, string>; readonly bare: readonly string[] } | undefined {
  const options: Record<string, string> = {};
  const bare: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const { name, value } =
      /^--?(?<name>[a-z][\w-]*)(?:=(?<value>.*))?$/su.exec(words[at] ?? '')?.groups ?? {};
    const next = words[at + 1];
    if (name === undefined) {
      bare.push(words[at] ?? '');
    } else if (value !== undefined) {
      options[name] = value;
    } else if (
      flags.has(name) &&
      (next === undefined ||
        next.startsWith('-') ||
        !/^(?:[01]|on|off|yes|no|true|false|maybe|2)$/u.test(next))
    ) {
      options[name] = '1';
    } else if (next === undefined) {
      return undefined;
    } else {
      options[name] = next;
      at += 1;
    }
  }
  // It is about how the answer is printed.
  delete options['output-format'];
  delete options['human-readable'];
  return { options, bare };
}

/** Options that may stand without a value. */
const flags = new Set(
  `start force purge full online skiplock onboot vmstate delete-source with-local-disks destroy-unreferenced-disks
  overrule-shutdown forceStop unique current keephugepages template protection to-disk with-conntrack-state
  keepActive restore restart unprivileged todisk ignore-unpack-errors debug console disable enabled verbose`.split(
    /\s+/u,
  ),
);
