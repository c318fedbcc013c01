import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import { splitWords } from './split-words.ts';

/**
 * Runs a command on each host, without a shell: `command: uptime -p`, `{cmd: …}` or `{argv: […]}`, as Ansible's module.
 * It counts as changed, for nobody knows what it did; in check mode it is skipped.
 */
export const command: Action = {
  name: 'command',
  keys: ['cmd', 'argv'],
  notYet: [
    'chdir',
    'creates',
    'removes',
    'stdin',
    'stdin_add_newline',
    'strip_empty_ends',
    'expand_argument_vars',
    '_raw_params',
  ],
  expressions: [],
  changes: true,
  parse(args, positions) {
    const argv = readArgv(args, positions);
    return argv.ok ? ok((context: ActionContext) => run(argv.value, context)) : argv;
  },
};

async function run(argv: readonly string[], context: ActionContext): Promise<ActionResult> {
  if (context.check)
    return { outcome: 'skipped', message: `check mode: would run ${shJoin(argv)}`, diagnostics: [] };
  const result = await context.perform({ run: 'exec', argv });
  if (!result.ok) return { outcome: 'failed', diagnostics: result.diagnostics };
  const { exit, signal, stdout, stderr } = result.value;
  const kept = { cmd: argv, rc: exit, stdout: stripEnds(stdout), stderr: stripEnds(stderr) };
  if (exit === 0) return { outcome: 'changed', stdout: stdout.toString(), diagnostics: [], result: kept };
  const end = exit === null ? `it was killed by ${signal ?? 'a signal'}` : `exit code ${exit}`;
  const said = (stderr.length > 0 ? stderr : stdout).toString().trim();
  const diagnostic: Diagnostic = {
    code: 'command/failed',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot run ${shJoin(argv)}: ${end}${said === '' ? '' : `; it said: ${said}`}`,
    host: context.host,
  };
  return {
    outcome: 'failed',
    stdout: stdout.toString(),
    diagnostics: [diagnostic],
    // As Ansible has it: it may have changed something before it failed.
    result: { ...kept, changed: true, msg: 'non-zero return code' },
  };
}

/** As Ansible's `strip_empty_ends`: without the line ends at its end. */
const stripEnds = (output: Buffer): string => output.toString().replace(/[\r\n]+$/u, '');

function readArgv(args: unknown, positions: Positions): Result<readonly string[]> {
  if (typeof args === 'string') return fromLine(args, positions, []);
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    return wrong(
      positions,
      [],
      'it is neither text nor a mapping; a command is wanted, as in command: uptime -p',
    );
  }
  const cmd = 'cmd' in args ? args.cmd : undefined;
  const argv = 'argv' in args ? args.argv : undefined;
  if ((cmd === undefined) === (argv === undefined))
    return wrong(positions, [], 'either "cmd" or "argv" is wanted');
  if (argv === undefined)
    return typeof cmd === 'string'
      ? fromLine(cmd, positions, ['cmd'])
      : wrong(positions, ['cmd'], '"cmd" is not text; a command line is wanted');
  if (!Array.isArray(argv) || argv.length === 0)
    return wrong(positions, ['argv'], '"argv" is not a list; the command and its arguments are wanted');
  const bad = argv.findIndex((word) => typeof word !== 'string' && typeof word !== 'number');
  if (bad >= 0) return wrong(positions, ['argv', bad], `argument ${bad} is neither text nor a number`);
  return ok(argv.map(String));
}

function fromLine(line: string, positions: Positions, path: readonly string[]): Result<readonly string[]> {
  const words = splitWords(line);
  if (words === undefined) return wrong(positions, path, `a quote is not closed in: ${line}`);
  return words.length === 0 ? wrong(positions, path, 'it is empty; a command line is wanted') : ok(words);
}

function wrong(positions: Positions, path: readonly (string | number)[], what: string): Result<never> {
  const at = positionAt(positions, path);
  return fail({
    code: 'command/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "command": ${what}`,
    ...(at && { at }),
  });
}
