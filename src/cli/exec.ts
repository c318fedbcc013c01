import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  lines: { short: 'L', help: 'print each line as it comes, after the name of its host' },
  raw: { help: 'print bytes as they are and come, one host after the other' },
  diff: { help: 'print what others answer unlike most hosts, as a diff' },
  sh: { value: 'FILE', help: 'run this script file; its arguments come after "--"' },
  'no-stdin': { short: 'n', help: 'give the command an empty input' },
  serial: {
    value: 'N|N%|LIST',
    help: 'so many hosts at a time, as 2, 25% or 1,10%,100%; a failure ends the run after its batch',
  },
  'max-fail-percentage': {
    value: 'PERCENT',
    atLeast: 0,
    help: 'with --serial: so many of a batch may fail (default: 0)',
  },
  'command-timeout': { value: 'SECONDS', atLeast: 1, help: 'kill a command that runs longer than this' },
  'run-timeout': { value: 'SECONDS', atLeast: 1, help: 'end the whole run after this' },
  'in-guest': {
    value: 'SELECTOR',
    help: 'run in guests: 100, 100:110, web*, @all, @pool-x, @tag-x, @node-x; -100 leaves out; joined by ","',
  },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'PATTERN -- COMMAND...',
  about: [
    'Runs a command on every host that PATTERN names (hosts, groups, globs, joined by ":" or ","), and prints equal answers once, under the node set that gave them.',
    'After "--", one argument is shell text, as with ssh; several are a command and its arguments, quoted so that they arrive as they are. The command runs with LC_ALL=C.UTF-8. Its input is that of pvefleet where this is a file or a pipe, as with ssh; in a "while read" loop give -n.',
    'A command that is cut off (time-out, Ctrl-C, a reader that leaves) is killed on the node with all it started. Of each stream 1 MiB is kept to be folded, what comes after it is counted; --raw and --lines print all, and hold a node back when the output is not taken: some 7 MB a host are kept here then.',
    'With --json each host is one JSON object on a line of its own: host, exit, signal, stdout, stderr, seconds, error. The exit code is 3 when a command failed somewhere or was not begun, 4 when a host gave no answer.',
  ],
  examples: [
    ['pvefleet exec all -- uptime', 'One command everywhere:'],
    ["pvefleet exec 'pve*' -- 'pveversion | cut -d/ -f2'", 'Shell text, as one argument:'],
    ['pvefleet exec all --diff -- cat /etc/hosts', 'Who differs from most, and in what:'],
    ['pvefleet exec all --serial 1,10%,100% --sh upgrade.sh -- --yes', 'A script, on one host first:'],
    ['pvefleet exec all --in-guest @tag-web,-105 -- uptime', 'In guests, where they are:'],
  ],
};

export type ExecContext = CliContext<typeof flags>;

export async function run(context: ExecContext): Promise<number> {
  const { readExecRequest } = await import('./exec-request.ts');
  const request = await readExecRequest(context);
  const refused = context.flags['read-only'] ? [readOnly] : request.ok ? [] : request.diagnostics;
  if (!request.ok || refused.length > 0) {
    const { printDiagnostics } = await import('./print-diagnostics.ts');
    printDiagnostics(refused, context.stderr);
    return exitCodeFor(refused);
  }
  const { execOnFleet } = await import('./exec-on-fleet.ts');
  return execOnFleet(context, request.value);
}

const readOnly = {
  code: 'cli/read-only',
  severity: 'error',
  trouble: 'refused',
  message:
    'Cannot run exec: the mode is read-only, and what a command would change is not known; no --read-only is wanted',
} as const;
