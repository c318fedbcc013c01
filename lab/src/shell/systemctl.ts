import type { FileTree, Ran } from '../machine.ts';
import { stateFile } from '../node/services.ts';
import type { Program } from './program.ts';
import { done, failed } from './ran.ts';
import type { Unit, Units } from './units.ts';

/** Services that run on every node. */
const SERVICES = new Set(
  [
    'chrony',
    'corosync',
    'cron',
    'lxcfs',
    'networking',
    'pve-cluster',
    'pve-firewall',
    'pve-ha-crm',
    'pve-ha-lrm',
    'pvedaemon',
    'pveproxy',
  ]
    .concat(['pvescheduler', 'pvestatd', 'qmeventd', 'ssh', 'sshd', 'spiceproxy', 'zfs-mount'])
    .map((name) => `${name}.service`),
);

const NO_SUCH_UNIT = 4;
const NOT_ACTIVE = 3;

/** systemctl(1): is-active, is-enabled, show, status, start, stop, restart, reload, enable, reset-failed, list-units --failed, daemon-reload; what it does not simulate it refuses. */
export const systemctl: Program = ({ argv, units, node }) => {
  const words = argv.filter(
    (word, at) => !word.startsWith('-') && !['-p', '--property'].includes(argv[at - 1] ?? ''),
  );
  const [verb = '', ...rest] = words;
  const names = rest.map((name) => (name.includes('.') ? name : `${name}.service`));
  const quiet = argv.some((word) => ['-q', '--quiet'].includes(word));
  const lone = node.machine.cluster.name === undefined;
  const { files } = node.machine;
  const find = (name: string): Unit | undefined => units.get(name) ?? boot(name, lone, files);
  switch (verb) {
    case 'is-active':
    case 'is-failed': {
      const states = names.map((name) => find(name)?.state ?? 'inactive');
      const wanted = verb === 'is-active' ? 'active' : 'failed';
      const missing = names.every((name) => find(name) === undefined);
      const exit = states.includes(wanted)
        ? 0
        : missing
          ? NO_SUCH_UNIT
          : verb === 'is-active'
            ? NOT_ACTIVE
            : 1;
      return { stdout: quiet ? '' : states.map((state) => `${state}\n`).join(''), stderr: '', exit };
    }
    case 'is-enabled':
      return {
        ...done(names.map((name) => (SERVICES.has(name) ? 'enabled\n' : 'not-found\n')).join('')),
        exit: names.every((name) => SERVICES.has(name)) ? 0 : 1,
      };
    case 'show':
      return done(names.map((name) => show(find(name), name, argv)).join('\n'));
    case 'status':
      return status(names.map((name) => find(name) ?? name));
    case 'stop':
    case 'kill': {
      const services = names.filter((name) => SERVICES.has(name));
      for (const name of services) files.write(stateFile(name), 'inactive\n');
      return stop(
        names.filter((name) => !SERVICES.has(name)),
        units,
      );
    }
    case 'start':
    case 'restart':
    case 'reload':
    case 'reload-or-restart': {
      const [missing] = names.filter((name) => !SERVICES.has(name));
      if (missing !== undefined) return failed(`Failed to ${verb} ${missing}: Unit ${missing} not found.`, 5);
      for (const name of names) files.remove(stateFile(name));
      return done();
    }
    case 'enable': {
      const [missing] = names.filter((name) => !SERVICES.has(name));
      return missing === undefined
        ? done()
        : failed(`Failed to enable unit: Unit file ${missing} does not exist.`);
    }
    case 'list-units':
      return listFailed(argv, (name) => find(name)?.state === 'failed', units);
    case 'reset-failed':
      for (const name of names) units.resetFailed(name);
      return done();
    case 'daemon-reload':
      return done();
    default:
      return failed(`systemctl: the lab does not simulate '${verb}'`);
  }
};

function status(units: readonly (Unit | string)[]): Ran {
  const [missing] = units.filter((unit) => typeof unit === 'string');
  if (missing !== undefined) return failed(`Unit ${missing} could not be found.`, NO_SUCH_UNIT);
  const found = units.filter((unit) => typeof unit !== 'string');
  const rows = found.map(({ name, state }) => {
    const word =
      state === 'active'
        ? 'active (running)'
        : state === 'failed'
          ? 'failed (Result: exit-code)'
          : 'inactive (dead)';
    return `● ${name}\n     Loaded: loaded\n     Active: ${word}\n`;
  });
  return { ...done(rows.join('\n')), exit: found.every(({ state }) => state === 'active') ? 0 : NOT_ACTIVE };
}

function boot(name: string, lone: boolean, files: FileTree): Unit | undefined {
  if (!SERVICES.has(name)) return undefined;
  const said = files.read(stateFile(name))?.trim();
  const state = said === 'inactive' || said === 'failed' ? said : 'active';
  return {
    name,
    pid: 700,
    state: lone && name === 'corosync.service' ? 'inactive' : state,
    exit: undefined,
  };
}

/** `list-units --failed`: the services of the node, and transient ones. */
function listFailed(argv: readonly string[], hasFailed: (name: string) => boolean, units: Units): Ran {
  if (!argv.includes('--failed')) return failed("systemctl: the lab simulates only 'list-units --failed'");
  const names = [...SERVICES, ...units.names()].filter(hasFailed).toSorted();
  return done(names.map((name) => `${name} loaded failed failed ${name}\n`).join(''));
}

function stop(names: readonly string[], units: Units): Ran {
  const missing = names.filter((name) => !units.stop(name));
  const lines = missing.map((name) => `Failed to stop ${name}: Unit ${name} not loaded.`);
  return missing.length === 0 ? done() : failed(lines.join('\n'), 5);
}

function show(unit: Unit | undefined, name: string, argv: readonly string[]): string {
  const all: Readonly<Record<string, string>> = {
    Type: 'simple',
    MainPID: unit?.state === 'active' ? String(unit.pid) : '0',
    Result: unit?.state === 'failed' ? 'exit-code' : 'success',
    ExecMainStatus: String(unit?.exit ?? 0),
    Id: name,
    UnitFileState: SERVICES.has(name) ? 'enabled' : '',
    NeedDaemonReload: 'no',
    LoadState: unit === undefined ? 'not-found' : 'loaded',
    ActiveState: unit?.state ?? 'inactive',
    SubState: unit?.state === 'active' ? 'running' : unit?.state === 'failed' ? 'failed' : 'dead',
  };
  const asked = argv.flatMap((word, at) => {
    const joined = /^(?:--property=|-p)(.+)$/.exec(word)?.[1];
    const list = joined ?? (['-p', '--property'].includes(argv[at - 1] ?? '') ? word : undefined);
    return list?.split(',') ?? [];
  });
  const keys = asked.length === 0 ? Object.keys(all) : Object.keys(all).filter((key) => asked.includes(key));
  return keys.map((key) => `${argv.includes('--value') ? '' : `${key}=`}${all[key] ?? ''}\n`).join('');
}
