import { Bash, defineCommand, getCommandNames } from 'just-bash';
import type { Ran } from '../../machine.ts';
import type { Session } from '../session.ts';

/**
 * Runs a command inside a guest: a small system of its own, new each time, that has only those files, its name and the shell's
 * own commands. Undefined when it has no such program.
 */
export function runInside(
  { machine, input }: Session,
  hostname: string,
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Ran> | undefined {
  const [program = ''] = argv;
  if (!getCommandNames().some((name) => name === program.replace(/^(?:\/usr)?\/bin\//, ''))) return undefined;
  const name = defineCommand('hostname', () =>
    Promise.resolve({ stdout: `${hostname}\n`, stderr: '', exitCode: 0 }),
  );
  const bash = new Bash({
    cwd: '/root',
    files: { '/root/.keep': '', '/etc/hostname': `${hostname}\n`, ...files },
    customCommands: [name],
    defenseInDepth: false,
    sleep: (ms) => machine.sleep(ms / 1000, input.signal),
  });
  const running = bash.exec(argv.map(quoted).join(' '), {
    stdin: input.stdin,
    stdinKind: 'text',
    rawScript: true,
    signal: input.signal,
  });
  return running.then((ran) => ({ stdout: ran.stdout, stderr: ran.stderr, exit: ran.exitCode }));
}

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
