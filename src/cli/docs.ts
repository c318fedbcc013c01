import type { Diagnostic } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { topics } from './docs-topics.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';

export const flags = {} as const satisfies Flags;

export const help: Help = {
  usage: '[TOPIC [USER]]',
  about: [
    'Prints a page of the documentation; without a topic, the list of them.',
    'The page "sudoers" is a file for sudo, ready to be put on nodes, for a fleet where nobody logs in as root. It is for USER, or "ops".',
  ],
  examples: [
    ['pvefleet docs', 'What there is:'],
    ['pvefleet docs inventory', 'How inventories are written:'],
    [
      'pvefleet docs sudoers ops >pvefleet && visudo -cf pvefleet',
      'A sudoers file, and whether it is right:',
    ],
  ],
};

export async function run({ positionals, stdout, stderr }: CliContext<typeof flags>): Promise<number> {
  const [name, user, ...others] = positionals;
  if (name === undefined) {
    const width = Math.max(...topics.map((topic) => topic.name.length));
    stdout.write(topics.map((topic) => `${topic.name.padEnd(width)}  ${topic.summary}\n`).join(''));
    return 0;
  }
  const topic = topics.find((each) => each.name === name);
  const wrong =
    topic === undefined
      ? await unknownTopic(name)
      : others.length > 0 || (user !== undefined && !topic.forUser)
        ? argumentError(
            `"${[...(topic.forUser ? [] : [user]), ...others].join(' ')}" is no part of it; one topic is wanted`,
          )
        : user !== undefined && !/^[a-z_][a-z0-9_-]{0,31}$/u.test(user)
          ? argumentError(`"${user}" is no user's name; small letters, digits, "-" and "_" are wanted`)
          : undefined;
  if (topic === undefined || wrong !== undefined) {
    const { printDiagnostics } = await import('./print-diagnostics.ts');
    const problems = wrong === undefined ? [] : [wrong];
    printDiagnostics(problems, stderr);
    return exitCodeFor(problems);
  }
  stdout.write(await topic.text(user));
  return 0;
}

async function unknownTopic(name: string): Promise<Diagnostic> {
  const { didYouMean } = await import('../text/did-you-mean.ts');
  const names = topics.map((topic) => topic.name);
  return argumentError(
    `there is no topic "${name}"${didYouMean(name, names)}`,
    `Topics: ${names.join(', ')}`,
  );
}

function argumentError(problem: string, hint = 'See: pvefleet docs'): Diagnostic {
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot print documentation: ${problem}`,
    hint,
  };
}
