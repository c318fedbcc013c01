import type { Ran } from '../machine.ts';
import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

interface Options {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly argv: readonly string[];
}

const FLAGS = ['collect', 'quiet', 'no-block', 'wait', 'pipe', 'no-ask-password'];
const VALUED = [
  'unit',
  'property',
  'setenv',
  'description',
  'working-directory',
  'service-type',
  'slice',
  'uid',
  'gid',
  'nice',
];
const SHORT: Readonly<Record<string, string>> = {
  G: 'collect',
  q: 'quiet',
  P: 'pipe',
  u: 'unit',
  p: 'property',
  E: 'setenv',
};

/** systemd-run(1) for transient services; timers, scopes and shells are refused. */
export const systemdRun: Program = async ({ node, units, argv, env }) => {
  const options = parse(argv);
  if (typeof options === 'string') return failed(options);
  const { values } = options;
  if (options.argv.length === 0) return failed('Command line to execute required.');
  const name = unitName(values.get('unit')?.at(-1) ?? `run-${node.machine.random.hex(32)}`);
  const properties = new Map((values.get('property') ?? []).map((each) => splitAssignment(each)));
  const started = units.start({
    name,
    argv: options.argv,
    env: Object.fromEntries(
      (values.get('setenv') ?? []).map((each) =>
        each.includes('=') ? splitAssignment(each) : [each, env.get(each) ?? ''],
      ),
    ),
    cwd: values.get('working-directory')?.at(-1) ?? properties.get('WorkingDirectory') ?? '/',
    collect: values.has('collect'),
    ...(properties.has('StandardOutput') ? { output: properties.get('StandardOutput') ?? '' } : {}),
    ...(properties.has('StandardError') ? { error: properties.get('StandardError') ?? '' } : {}),
  });
  if (started === undefined) {
    return failed(
      `Failed to start transient service unit: Unit ${name} was already loaded or has a fragment file.`,
    );
  }
  const told = values.has('quiet')
    ? ''
    : `Running as unit: ${name}; invocation ID: ${node.machine.random.hex(32)}\n`;
  if (!values.has('wait') && !values.has('pipe')) return { ...done(), stderr: told };
  const ended = await started.ended;
  const piped: Ran = values.has('pipe') ? ended : { stdout: '', stderr: '', exit: ended.exit };
  return { ...piped, stderr: told + piped.stderr };
};

function parse(argv: readonly string[]): Options | string {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void =>
    void values.set(name, [...(values.get(name) ?? []), value]);
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return { values, argv: argv.slice(at + 1) };
    if (!word.startsWith('-')) return { values, argv: argv.slice(at) };
    const [, long, short, rest] = /^(?:--([a-z-]+)|-([A-Za-z]))=?(.*)$/s.exec(word) ?? [];
    const name = long ?? SHORT[short ?? ''] ?? '';
    const hasValue = long === undefined ? rest !== '' : word.includes('=');
    if (FLAGS.includes(name)) add(name, '');
    else if (!VALUED.includes(name)) return `systemd-run: the lab does not simulate the option '${word}'`;
    else if (hasValue) add(name, rest ?? '');
    else {
      at += 1;
      const value = argv[at];
      if (value === undefined) return `systemd-run: option '${word}' requires an argument`;
      add(name, value);
    }
  }
  return { values, argv: [] };
}

function splitAssignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function unitName(name: string): string {
  return name.includes('.') ? name : `${name}.service`;
}
