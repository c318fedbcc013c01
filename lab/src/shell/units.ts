import type { Machine } from '../machine.ts';
import { ROOT_ENV, type Shell } from './run.ts';

/** A transient service, as `systemctl show` tells of it. */
export interface Unit {
  readonly name: string;
  readonly pid: number;
  readonly state: 'active' | 'inactive' | 'failed';
  /** Exit code once it has ended. */
  readonly exit: number | undefined;
}

interface StartUnit {
  /** With its suffix: `pvefleet-1.service`. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Forget the unit when it has failed too. */
  readonly collect: boolean;
  /** Where systemd's `StandardOutput=` and `StandardError=` lead: `file:` or `append:` and a path. */
  readonly output?: string;
  readonly error?: string;
}

/** A node's transient services: they go on when the connection that started them is gone. */
export interface Units {
  readonly get: (name: string) => Unit | undefined;
  readonly names: () => readonly string[];
  /** Starts one; undefined if a unit of that name is loaded. `ended` resolves to its exit code and output. */
  readonly start: (start: StartUnit) => { readonly unit: Unit; readonly ended: Promise<Ended> } | undefined;
  readonly stop: (name: string) => boolean;
  readonly resetFailed: (name: string) => boolean;
}

interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const KILLED = 143;

export function createUnits(machine: Machine, shell: Shell): Units {
  const loaded = new Map<string, Unit>();
  return {
    get: (name) => loaded.get(name),
    names: () => [...loaded.keys()],
    start(start) {
      if (loaded.has(start.name)) return undefined;
      const abort = new AbortController();
      const pid = machine.processes.spawn(start.argv, { onKill: () => abort.abort() });
      const unit: Unit = { name: start.name, pid, state: 'active', exit: undefined };
      loaded.set(start.name, unit);
      return {
        unit,
        ended: run(machine, shell, start, abort.signal).then((ended) =>
          settle(machine, loaded, start, unit, ended),
        ),
      };
    },
    stop(name) {
      const unit = loaded.get(name);
      if (unit === undefined) return false;
      loaded.delete(name);
      machine.processes.kill(unit.pid);
      return true;
    },
    resetFailed: (name) => loaded.get(name)?.state === 'failed' && loaded.delete(name),
  };
}

async function run(machine: Machine, shell: Shell, start: StartUnit, signal: AbortSignal): Promise<Ended> {
  const command = `cd ${quote(start.cwd)} && ${start.argv.map(quote).join(' ')}`;
  const ran = await shell({ command, stdin: Buffer.alloc(0), env: { ...ROOT_ENV, ...start.env }, signal });
  writeOutput(machine, start.output, ran.stdout.toString());
  writeOutput(machine, start.error ?? start.output?.replace(/^file:/, 'append:'), ran.stderr.toString());
  return {
    exit: signal.aborted ? KILLED : ran.exit,
    stdout: ran.stdout.toString(),
    stderr: ran.stderr.toString(),
  };
}

function settle(
  machine: Machine,
  loaded: Map<string, Unit>,
  start: StartUnit,
  unit: Unit,
  ended: Ended,
): Ended {
  machine.processes.kill(unit.pid);
  if (loaded.get(start.name) !== unit) return ended;
  if (ended.exit === 0 || start.collect) loaded.delete(start.name);
  else loaded.set(start.name, { ...unit, state: 'failed', exit: ended.exit });
  return ended;
}

function writeOutput(machine: Machine, target: string | undefined, text: string): void {
  const [, how, path] = /^(file|append|truncate):(.*)$/.exec(target ?? '') ?? [];
  if (path === undefined) return;
  machine.files.write(path, how === 'append' ? (machine.files.read(path) ?? '') + text : text);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
