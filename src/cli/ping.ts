import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { Pong } from '../fanout/ping-node.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = { ...nodeFlags } as const satisfies Flags;

export const help: Help = {
  usage: '[PATTERN]',
  about: [
    'Asks every host that PATTERN names (default: all) who it is: how long a log-in takes and how long one command on the open connection (milliseconds), which Proxmox VE it has, its cluster, and whether that has a quorum.',
    'Nothing is changed, and no program of PVE is run. The exit code is 4 when a host gives no answer, 2 when one answers but has no quorum, no /etc/pve or no Proxmox VE. With --json each host is one JSON object on a line of its own.',
  ],
  examples: [
    ['pvefleet ping -i inventory.yml', 'Everybody:'],
    ["pvefleet ping 'rack1:!pve7'", 'One group without one host:'],
  ],
};

type PingContext = CliContext<typeof flags>;

interface Reply {
  readonly host: string;
  readonly result: Result<Pong>;
}

export async function run(context: PingContext): Promise<number> {
  const [
    { openFleet },
    { pingNode, ailmentOf },
    { default: pLimit },
    { countAnswers },
    { printDiagnostics },
  ] = await Promise.all([
    import('./connect.ts'),
    import('../fanout/ping-node.ts'),
    import('p-limit'),
    import('./count-answers.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const { stdout, stderr, flags: given, signal } = context;
  const fleet = await openFleet(context, context.positionals[0], signal);
  const wrong = context.positionals.length > 1 ? tooMuch(context.positionals) : undefined;
  if (!fleet.ok || wrong !== undefined) {
    const problems = wrong !== undefined ? [wrong] : diagnosticsOf(fleet);
    printDiagnostics(problems, stderr);
    return exitCodeFor(problems);
  }
  const { pool, nodes } = fleet.value;
  const counter = countAnswers(
    nodes.map(({ name }) => name),
    stderr,
  );
  // A host's two commands stand in no queue but this one, so that no waiting is measured.
  const turn = pLimit(given.forks);
  const replies = await Promise.all(
    nodes.map((node) =>
      turn(async (): Promise<Reply> => {
        const result = await pingNode(pool, node);
        counter.answered(node.name);
        if (given.json) stdout.write(jsonLine({ host: node.name, result }));
        return { host: node.name, result };
      }),
    ),
  );
  counter.end();
  await pool.close();
  if (!given.json) stdout.write(await table(replies, stdout.isTTY ? stdout.columns : undefined));
  const silent = replies.flatMap(({ result }) => (result.ok ? [] : result.diagnostics));
  const ailments = replies.flatMap(({ host, result }) =>
    result.ok ? (ailmentOf(host, result.value) ?? []) : [],
  );
  printDiagnostics([...silent, ...ailments], stderr);
  return exitCodeFor(silent) || (ailments.length > 0 ? exitCode.pending : exitCode.done);
}

async function table(replies: readonly Reply[], width: number | undefined): Promise<string> {
  const { columns } = await import('../text/columns.ts');
  const heading = ['HOST', 'LOG-IN', 'ANSWER', 'PVE', 'CLUSTER', 'QUORUM'];
  return `${columns([heading, ...replies.map(row)], width).join('\n')}\n`;
}

function row({ host, result }: Reply): readonly string[] {
  if (!result.ok) return [host, '-', '-', '-', '-', 'unreachable'];
  const { logIn, answer, version = 'none', membership } = result.value;
  const times = [logIn, answer].map((time) => `${time.toFixed(time < 10 ? 1 : 0)} ms`);
  const quorum = membership === undefined ? 'unknown' : membership.quorate ? 'yes' : 'no';
  return [
    host,
    ...times,
    version,
    membership === undefined ? 'unknown' : (membership.cluster ?? '-'),
    quorum,
  ];
}

function jsonLine({ host, result }: Reply): string {
  if (!result.ok) return `${JSON.stringify({ host, error: result.diagnostics[0] ?? null })}\n`;
  const { logIn, answer, version = null, membership } = result.value;
  const { cluster = null, quorate = null } = membership ?? {};
  const times = { logInMilliseconds: Math.round(logIn), answerMilliseconds: Math.round(answer * 10) / 10 };
  return `${JSON.stringify({ host, ...times, version, cluster, quorate, error: null })}\n`;
}

function tooMuch([, ...others]: readonly string[]): Diagnostic {
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run ping: "${others.join(' ')}" is too much; one pattern is wanted`,
    hint: 'Write: pvefleet ping [PATTERN]; several patterns are joined by ":" or ","',
  };
}
