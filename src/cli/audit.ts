import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  ...nodeFlags,
  all: { help: 'verify: every run (this is the default)' },
  nodes: { help: "verify: compare with the heads that the inventory's nodes keep" },
  'allowed-signers': {
    value: 'FILE',
    help: 'verify: only keys in this file may have signed, and every run must be (as ssh-keygen -Y verify -f)',
  },
  run: { value: 'RUN', help: 'log: only of this run' },
  node: { value: 'NAME', help: 'log: only what was done on this node' },
  guest: { value: 'GUEST', help: 'log: only what was done to this guest, by VMID or address (vm/100@prod)' },
  user: {
    short: 'u',
    value: 'NAME',
    help: 'log: only what this user did (verify --nodes: log in as this user)',
  },
  since: {
    value: 'TIME',
    help: 'log: not before 2026-01-31, 2026-01-31T12:00 (UTC), or as 30m, 12h, 7d ago',
  },
  until: { value: 'TIME', help: 'log: not after' },
} as const satisfies Flags;

export const help: Help = {
  usage: 'verify [RUN] | log',
  about: [
    'The journals of runs are chained: each record carries the hash of that before it, each run that of the run before it, and the nodes keep the head of each run that touched them. "verify" checks all this and names the first record that is not as it was written, and what can still be believed. With --nodes it asks the nodes too, so that a journal is found out that was replaced whole. It exits with 2 when it found something.',
    'A run without an end (it was killed, or is under way) is no finding; it is counted.',
    '"log" lists each step and command: when, by whom, where, what, and how it ended. Times are UTC.',
  ],
  examples: [
    ['pvefleet audit verify', 'Are the journals as they were written?'],
    ['pvefleet audit verify --nodes -i inventory.yml', 'Do the nodes say the same?'],
    ['pvefleet audit log --guest 100 --since 7d', 'What was done to a guest in the last week:'],
    ['pvefleet audit log --user alice --json', 'What somebody did, for a program:'],
  ],
};

export type AuditContext = CliContext<typeof flags>;

export async function run(context: AuditContext): Promise<number> {
  const [what, ...others] = context.positionals;
  if (what === 'verify' && others.length <= 1)
    return (await import('./audit-verify.ts')).auditVerify(context, others[0]);
  if (what === 'log' && others.length === 0) return (await import('./audit-log.ts')).auditLog(context);
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const problem =
    what === undefined
      ? 'it is not said what'
      : what === 'verify' || what === 'log'
        ? `"${others.join(' ')}" is too much`
        : `"${what}" is no part of it`;
  const wrong = {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run audit: ${problem}; "verify" or "log" is wanted`,
    hint: 'See: pvefleet audit --help',
  } as const;
  printDiagnostics([wrong], context.stderr);
  return 1;
}
