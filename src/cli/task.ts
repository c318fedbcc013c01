import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import { taskFlags } from './flags.ts';
import type { FleetRun } from './run-on-fleet.ts';

export const flags = taskFlags;

export const help: Help = {
  usage: 'PATTERN KIND [KEY=VALUE...] [-- COMMAND...]',
  about: [
    'Runs one task on every host that PATTERN names, without a playbook: a system task (copy, apt, service, ...; docs tasks) or a kind of resource (vm, container, ...; docs kinds). It is compared with what is there, and only what differs is changed.',
    'Values are text; lists and mappings are given in JSON. Of kinds they are read as in a playbook: numbers, true, null, YAML. One argument that is a mapping, {...}, is all of them. Templates are rendered for each host. Of command, shell, raw and script, words that are no argument are the command line; what stands after "--" is that always.',
    'In messages "argument:3" is the third argument, the pattern being the first. Exit codes are those of run.',
  ],
  examples: [
    ['pvefleet task all apt name=htop --check', 'What would change:'],
    ['pvefleet task pve1 service name=pvedaemon state=restarted', 'One service:'],
    [
      "pvefleet task all copy dest=/etc/motd content='{{ inventory_hostname }}' --diff",
      'A file, a value a host:',
    ],
    ['pvefleet task all command -- uptime -p', 'A command:'],
    ['pvefleet task pve1 vm vmid=101 memory=4096 \'net0={"bridge": "vmbr1"}\'', 'A resource:'],
  ],
};

type TaskContext = CliContext<typeof flags>;

/** Whatever is wrong with the task, the flags and the inventory is told before anything is connected to. */
export async function run(context: TaskContext): Promise<number> {
  const input = await readInput(context);
  const ran = input.ok ? await (await import('./run-on-fleet.ts')).runOnFleet(context, input.value) : input;
  if (ran.ok) return ran.value;
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  printDiagnostics(ran.diagnostics, context.stderr);
  return exitCodeFor(ran.diagnostics);
}

async function readInput(context: TaskContext): Promise<Result<FleetRun>> {
  const { flags: given, positionals, afterDashes } = context;
  const [{ checkReports }, { taskPlaybook }, { loadExtraVars }, { openingVault }, { vaultSources }] =
    await Promise.all([
      import('./write-report.ts'),
      import('./task-playbook.ts'),
      import('../playbook/extra-vars.ts'),
      import('./read-playbook.ts'),
      import('./open-inventory.ts'),
    ]);
  const reports = await checkReports(given);
  const playbook = taskPlaybook(positionals, afterDashes);
  const extraVars = await loadExtraVars(given['extra-vars'], openingVault(vaultSources(context), context));
  if (reports.ok && playbook.ok && extraVars.ok)
    return ok({
      playbook: playbook.value,
      directory: '.',
      extraVars: extraVars.value,
      tags: { only: [], skip: [] },
    });
  return fail(...diagnosticsOf(reports), ...diagnosticsOf(playbook), ...diagnosticsOf(extraVars));
}
