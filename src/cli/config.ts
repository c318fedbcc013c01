import type { CliContext, Help } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Flag, Flags } from './flags.ts';
import type { Setting, SettingValue } from './settings.ts';
import { readSettings, settable, variableOf } from './settings.ts';

export const flags = {
  json: { help: 'print JSON for programs' },
} as const satisfies Flags;

export const help: Help = {
  usage: '',
  about: [
    "Shows what flags are when they are not given, and where that was set: in the environment ($PVEFLEET_FORKS), in the project's file (the nearest pvefleet.yml in this directory or above it; $PVEFLEET_CONFIG names another), or in your own ($XDG_CONFIG_HOME/pvefleet/config.yml). The first of these wins, and a flag wins over all.",
    'Both files are YAML with the names of flags as keys: "max-changes: 20".',
  ],
  examples: [
    ['pvefleet config', 'What is in force:'],
    ['PVEFLEET_READ_ONLY=0 pvefleet config', 'The same with one thing changed for once:'],
  ],
};

export async function run({ flags: given, env, stdout, stderr }: CliContext<typeof flags>): Promise<number> {
  const settings = await readSettings(env, process.cwd());
  if (!settings.ok) {
    const { printDiagnostics } = await import('./print-diagnostics.ts');
    printDiagnostics(settings.diagnostics, stderr);
    return exitCode.invalid;
  }
  const rows = Object.entries<Flag>(settable).map(([name, flag]) =>
    rowOf(
      name,
      flag,
      settings.value.find((setting) => setting.name === name),
    ),
  );
  if (given.json) {
    stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return exitCode.done;
  }
  const { columns } = await import('../text/columns.ts');
  const cells = rows.map(({ name, value, from }) => [name, shown(value), from]);
  stdout.write(`${columns([['SETTING', 'VALUE', 'FROM'], ...cells]).join('\n')}\n`);
  return exitCode.done;
}

interface Row {
  readonly name: string;
  readonly value: SettingValue | null;
  readonly from: string;
  readonly variable: string;
}

function rowOf(name: string, flag: Flag, setting: Setting | undefined): Row {
  const unset = flag.value === undefined ? false : null;
  return {
    name,
    value: setting?.value ?? flag.default ?? unset,
    from: setting?.from ?? 'default',
    variable: variableOf(name),
  };
}

function shown(value: SettingValue | null): string {
  if (value === null) return '-';
  return Array.isArray(value) ? value.join(' ') : String(value);
}
