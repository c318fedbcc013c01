import type { PveCall } from '../../src/pve/call.ts';
import { commands } from '../../src/pve/commands.ts';

/** Other names of commands in the tables of qm and pct. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'qm disk resize': ['qm', 'resize'],
  'qm move_disk': ['qm', 'disk', 'move'],
  'qm move-disk': ['qm', 'disk', 'move'],
  'qm unlink': ['qm', 'disk', 'unlink'],
  'qm agent': ['qm', 'guest', 'cmd'],
  'pct move_volume': ['pct', 'move-volume'],
};

/**
 * The call that a recorded command line of qm or pct makes; undefined for commands without an API method and for
 * command lines that its option parser refuses (too few arguments, no value).
 */
export function argvToCall(argv: readonly string[], node: string): PveCall | undefined {
  const words = expandAlias(argv);
  const command = commands
    .filter((row) => row.argv.every((word, index) => words[index] === word))
    .toSorted((a, b) => b.argv.length - a.argv.length)[0];
  if (command === undefined) return undefined;
  const given = readOptions(words.slice(command.argv.length));
  if (given === undefined || command.notHere.some((name) => name in given.options)) return undefined;
  const params: Record<string, string> = { ...given.options };
  for (const [index, value] of given.bare.entries()) {
    const name = command.positional[index];
    if (name === undefined) return undefined;
    params[name] = value;
  }
  let complete = true;
  const path = command.path.replaceAll(/\{(?<name>\w+)\}/gu, (_, name: string) => {
    const value = name === 'node' ? node : params[name];
    complete &&= value !== undefined;
    delete params[name];
    return value ?? '';
  });
  return complete ? { method: command.method, path, params } : undefined;
}

function expandAlias(argv: readonly string[]): readonly string[] {
  for (const length of [3, 2]) {
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
  return { options, bare };
}

/** Options that may stand without a value. */
const flags = new Set(
  `start force purge full online skiplock onboot vmstate delete-source with-local-disks destroy-unreferenced-disks
  overrule-shutdown forceStop unique current keephugepages template protection to-disk with-conntrack-state
  keepActive restore restart unprivileged todisk ignore-unpack-errors debug console`.split(/\s+/u),
);
