import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Action, ActionContext, ActionResult } from '../../src/actions/action.ts';
import { readFacts } from '../../src/actions/host/read-facts.ts';
import type { Result } from '../../src/diagnostic.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Act } from '../../src/plan/plan.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { noCluster } from './no-cluster.ts';

/** How an action is run in a test: in a real shell, on this machine. */
export interface Options extends Partial<
  Pick<ActionContext, 'check' | 'diff' | 'variables' | 'directories'>
> {
  /** Put before everything in the shell: functions that stand for programs. */
  readonly path?: string;
}

export interface Ran extends ActionResult {
  /** The commands that ran, as people read them. */
  readonly commands: readonly string[];
}

/** A directory of its own, removed after the test. */
export async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-task-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function runHere(action: Action, args: unknown, options: Options = {}): Promise<Ran> {
  const commands: string[] = [];
  const { path, ...others } = options;
  const env = {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    ...(path !== undefined && { PATH: `${path}:${process.env['PATH'] ?? ''}` }),
  };
  const context: ActionContext = {
    host: 'pve1',
    variables: {},
    check: false,
    diff: false,
    directories: [],
    ...noCluster,
    signal: new AbortController().signal,
    look: (reads) => readFacts(action.name, reads, context),
    waitsFor: () => undefined,
    mayChange: () => Promise.resolve(ok(undefined)),
    read: (script, { stdin } = {}) =>
      run(['sh', '-c', script], env, typeof stdin === 'string' || Buffer.isBuffer(stdin) ? stdin : undefined),
    perform: (act: Act, { title, stdin } = {}) => {
      const argv = act.run === 'exec' ? act.argv.filter((word) => typeof word === 'string') : [];
      commands.push(title ?? argv.join(' '));
      return run(argv, env, stdin);
    },
    ...others,
  };
  const parsed = action.parse(args, {});
  if (!parsed.ok) return { outcome: 'failed', diagnostics: parsed.diagnostics, commands };
  return { ...(await parsed.value(context)), commands };
}

function run(
  [program = 'true', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin?: string | Buffer,
): Promise<Result<Finished>> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on('data', (chunk: Buffer) => void output.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => void output.stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    child.on('error', reject);
    child.on('close', (exit) =>
      resolve(ok({ exit, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) })),
    );
  });
}

/** What is wrong, in words. */
export const messagesOf = ({ diagnostics }: Ran): readonly string[] =>
  diagnostics.map(({ message }) => message);
