import { randomBytes } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Pool } from '../transports/pool.ts';
import { commandsPerNode } from '../transports/pool.ts';
import { firstWords } from '../transports/trouble.ts';
import type { ExecOptions, Finished } from '../transports/transport.ts';
import { killScript } from './kill-script.ts';

/** Seconds that a node has to end a command. */
const killSeconds = 30;

/** How a command is run, and why it may be cut off besides its time-out. */
export type KillableOptions = ExecOptions & {
  readonly whyStopped?: () => string;
  /** Shell text that goes before it, and is no part of it. */
  readonly before?: string;
};

/** Runs shell text on a node. */
export type RunKillable = (node: Node, script: string, options: KillableOptions) => Promise<Result<Finished>>;

/** Kills at once on one node: with as many commands as run there they stay within the ten sessions that sshd allows. */
const killsAtOnce = 2;

/**
 * Runs shell text in UTF-8. When it is cut off, by its time-out, an interruption or an input that fails, it is killed on
 * the node with all it started. A command that was cut off keeps its session until it is dead, so no other takes its
 * place before. `hold` is given what settles when a kill has begun on its node, and goes on there without us.
 */
export function killableRunner(
  pool: Pick<Pool, 'exec'>,
  hold: (until: Promise<void>) => void = () => undefined,
): RunKillable {
  const byNode = new Map<string, { readonly commands: LimitFunction; readonly kills: LimitFunction }>();
  const limitsOf = (node: Node) => {
    const known = byNode.get(node.name);
    const limits = known ?? { commands: pLimit(commandsPerNode), kills: pLimit(killsAtOnce) };
    if (known === undefined) byNode.set(node.name, limits);
    return limits;
  };
  return (node, script, options) => {
    const { commands, kills } = limitsOf(node);
    return commands(async () => {
      const mark = `PVEFLEET_COMMAND=${randomBytes(8).toString('hex')}`;
      const { before = '' } = options;
      const command = `${before}export LC_ALL=C.UTF-8 ${mark}; ${script}`;
      const result = await pool.exec(node, command, options);
      if (result.ok) return result;
      if (!result.diagnostics.some(wasCutOff))
        return fail(...result.diagnostics.map((diagnostic) => inUsersWords(diagnostic, command, script)));
      let begun = (): void => undefined;
      hold(
        new Promise((resolve) => {
          begun = resolve;
        }),
      );
      const killed = await kills(() =>
        pool.exec(node, killScript, {
          stdin: mark,
          timeoutSeconds: killSeconds,
          cleansUp: true,
          onOutput: () => begun(),
        }),
      );
      begun();
      return fail(...result.diagnostics.map((diagnostic) => withEnd(diagnostic, killed, script, options)));
    });
  };
}

const cutOff: ReadonlySet<string> = new Set(['transport/timeout', 'transport/aborted', 'transport/input']);

function wasCutOff({ code, trouble }: Diagnostic): boolean {
  return trouble === 'failed' && cutOff.has(code);
}

/** Where the command is quoted with what was put before it, as it was given. */
function inUsersWords(diagnostic: Diagnostic, command: string, script: string): Diagnostic {
  const message = diagnostic.message.replace(`"${firstWords(command)}"`, () => `"${firstWords(script)}"`);
  return { ...diagnostic, message };
}

/** What was wrong, and what became of the command. */
function withEnd(
  diagnostic: Diagnostic,
  killed: Result<Finished>,
  script: string,
  { timeoutSeconds, whyStopped }: KillableOptions,
): Diagnostic {
  const { code, severity, trouble, host } = diagnostic;
  const why =
    code === 'transport/timeout'
      ? `no end within ${timeoutSeconds} s`
      : code === 'transport/aborted'
        ? (whyStopped?.() ?? 'interrupted')
        : 'its input could not be read';
  const { end, hint } = endOf(killed, host ?? '');
  const message = `Cannot finish "${firstWords(script)}" on ${host}: ${why}; ${end}`;
  return {
    code,
    severity,
    trouble,
    message,
    ...(host !== undefined && { host }),
    ...(hint !== undefined && { hint }),
  };
}

function endOf(killed: Result<Finished>, host: string): { readonly end: string; readonly hint?: string } {
  const counts = killed.ok
    ? /^begun\n(?<found>\d+) (?<left>\d+)\n$/u.exec(killed.value.stdout.toString())
    : null;
  const { found, left } = counts?.groups ?? {};
  if (found === '0') return { end: 'nothing of it runs there' };
  if (left === '0') return { end: 'it was killed, with all it had started' };
  const end =
    left === undefined
      ? 'whether it still runs is not known'
      : `${left} of its processes could not be killed`;
  return { end, hint: `see on ${host} whether it still runs` };
}
