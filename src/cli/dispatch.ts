import { diagnosticsOf } from '../diagnostic.ts';
import type { Command, Surroundings } from './command.ts';
import type { CommandEntry } from './commands.ts';
import { commands } from './commands.ts';

/**
 * Runs one command line (without node and the script) and gives its exit code. Everything but the table of commands is
 * imported when it is needed, so that --version and --help cost little more than Node's own start.
 */
export async function dispatch(argv: readonly string[], world: Surroundings): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-V') {
    const { version } = await import('./version.ts');
    world.stdout.write(`pvefleet ${version()}\n`);
    return 0;
  }
  if (
    first === undefined ||
    first === '--help' ||
    first === '-h' ||
    (first === 'help' && rest.length === 0)
  ) {
    const { overview } = await import('./help.ts');
    (first === undefined ? world.stderr : world.stdout).write(overview(commands));
    return first === undefined ? 1 : 0;
  }
  if (first === 'help') return dispatch([...rest.slice(0, 1), '--help'], world);
  const entry = commands.find(({ name }) => name === first);
  if (entry === undefined) return unknownCommand(first, world);
  return runCommand(entry, await entry.load(), rest, world);
}

async function runCommand(
  entry: CommandEntry,
  command: Command,
  argv: readonly string[],
  world: Surroundings,
): Promise<number> {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  if (own.includes('--help') || own.includes('-h')) {
    const { commandPage } = await import('./help.ts');
    world.stdout.write(commandPage(entry.name, entry.summary, command.help, command.flags));
    return 0;
  }
  const [{ parseFlags }, { readSettings, withSettings }, { hidingSecrets }] = await Promise.all([
    import('./parse-flags.ts'),
    import('./settings.ts'),
    import('./hide-secrets.ts'),
  ]);
  const settings = await readSettings(world.env, process.cwd());
  const flags = settings.ok ? withSettings(command.flags, settings.value) : command.flags;
  const parsed = parseFlags(argv, flags, entry.name);
  const problems = parsed.ok ? diagnosticsOf(settings) : parsed.diagnostics;
  if (problems.length > 0) {
    const { printDiagnostics } = await import('./print-diagnostics.ts');
    printDiagnostics(problems, world.stderr);
  }
  if (!settings.ok || !parsed.ok) return 1;
  return command.run({ ...hidingSecrets(world), ...parsed.value });
}

async function unknownCommand(name: string, world: Surroundings): Promise<number> {
  const [{ didYouMean }, { printDiagnostics }] = await Promise.all([
    import('../text/did-you-mean.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const names = commands.map((command) => command.name);
  const problem = name.startsWith('-')
    ? `flags come after the command, as in "pvefleet inventory ${name}"`
    : `there is no such command${didYouMean(name, names)}`;
  printDiagnostics(
    [
      {
        code: 'cli/unknown-command',
        severity: 'error',
        trouble: 'invalid',
        message: `Cannot run ${name}: ${problem}`,
        hint: `Commands: ${names.join(', ')}; see: pvefleet --help`,
      },
    ],
    world.stderr,
  );
  return 1;
}
