import { UsageError, withNearest } from './cli/flags.ts';

const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  start: async (argv) => (await import('./cli/start.ts')).start(argv),
  run: async (argv) => (await import('./cli/run.ts')).run(argv),
  replay: async (argv) => {
    if (argv.length === 0) throw new UsageError('Wanted: pvefleet-lab replay RECORDING.json ...');
    return (await import('./replay/replay.ts')).replay([...argv], (line) => console.log(line));
  },
};

const argv = process.argv.slice(2);
const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
if (own.includes('--help') || own.includes('-h') || argv[0] === 'help') {
  const { HELP } = await import('./cli/help.ts');
  process.stdout.write(HELP);
} else {
  process.exitCode = await dispatch(argv);
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  try {
    const command = COMMANDS[name ?? ''];
    if (command !== undefined) return await command(rest);
    const what = name === undefined ? 'No command given.' : `There is no command ${name}.`;
    throw new UsageError(withNearest(what, name ?? '', Object.keys(COMMANDS)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`pvefleet-lab: ${error.message}\nTry: pvefleet-lab --help`);
    return 1;
  }
}
