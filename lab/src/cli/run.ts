import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFlags, UsageError } from './flags.ts';
import { openLab } from './open.ts';
import { LAB_FLAGS } from './options.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const NOT_FOUND = 127;

/** `pvefleet-lab run -- COMMAND ...`: a lab for as long as a command runs; its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags(argv, LAB_FLAGS);
  const [program, ...args] = flags.rest ?? [];
  if (flags.words.length > 0 || program === undefined)
    throw new UsageError('Wanted: pvefleet-lab run [flags] -- COMMAND ...');
  const { paths, close } = await openLab(flags);
  const exit = await finish(program, args, {
    ...process.env,
    PATH: [...binDirectories(), process.env['PATH'] ?? ''].join(delimiter),
    PVEFLEET_INVENTORY: paths.inventory,
  });
  await close();
  return exit;
}

async function finish(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env });
  for (const name of FORWARDED) {
    process.on(name, () => {
      // Ctrl-C has reached the command already, and a second one would end it without a chance to finish.
      if (name !== 'SIGINT' || !isOnTerminal()) child.kill(name);
    });
  }
  return new Promise<number>((done) => {
    child.once('error', (error) => {
      console.error(`Cannot run ${program}: ${error.message}`);
      done(NOT_FOUND);
    });
    child.once('exit', (code, signal) =>
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

const isOnTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/** The `node_modules/.bin` folders from here upwards: those of the working directory, then those of the lab itself. */
function binDirectories(): string[] {
  return [process.cwd(), dirname(fileURLToPath(import.meta.url))].flatMap((from) => {
    const found: string[] = [];
    for (let at = resolve(from); ; at = dirname(at)) {
      const bin = join(at, 'node_modules', '.bin');
      if (existsSync(bin)) found.push(bin);
      if (at === dirname(at)) return found;
    }
  });
}
