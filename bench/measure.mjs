// One run of a command: wall time, CPU of the whole process tree, CPU of the servers meanwhile, memory.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const version1 = '/sys/fs/cgroup/cpuacct';
const root = existsSync(version1) ? version1 : '/sys/fs/cgroup';

/** Whose CPU is counted: that of a control group, or, where none can be made, of the children that were waited for. */
export const accounting = canMakeGroups() ? 'cgroup' : 'rusage of waited children (/usr/bin/time)';

function groupOf(name) {
  return join(root, `pvefleet-bench-${process.pid}-${name}`);
}

function canMakeGroups() {
  try {
    makeGroup('probe');
    rmdirSync(groupOf('probe'));
    return true;
  } catch {
    return false;
  }
}

function makeGroup(name) {
  mkdirSync(groupOf(name), { recursive: true });
  if (cpuOf(name) === undefined) throw new Error('no CPU accounting');
}

/** Milliseconds of CPU that the processes of a group have used. */
function cpuOf(name) {
  const group = groupOf(name);
  if (existsSync(join(group, 'cpuacct.usage')))
    return Number(readFileSync(join(group, 'cpuacct.usage'))) / 1e6;
  if (!existsSync(join(group, 'cpu.stat'))) return undefined;
  const [, microseconds] = /usage_usec (\d+)/u.exec(readFileSync(join(group, 'cpu.stat'), 'utf8')) ?? [];
  return Number(microseconds) / 1000;
}

/** The command line that runs another one in a group of this name. */
export function inGroup(name, argv) {
  if (accounting !== 'cgroup') return argv;
  makeGroup(name);
  return ['/bin/sh', '-c', `echo $$ > ${groupOf(name)}/cgroup.procs && exec "$@"`, 'sh', ...argv];
}

/** Removes the groups; what runs in them has ended. */
export function removeGroups() {
  for (const name of ['controller', 'servers']) {
    try {
      rmdirSync(groupOf(name));
    } catch {
      // One that is not there, or that a server is still leaving.
    }
  }
}

/** Runs a command. `cpu` and `serverCpu` are milliseconds, `rss` megabytes of all its processes at their most. */
export async function measure(argv, env = {}) {
  const grouped = accounting === 'cgroup';
  const [command, ...args] = grouped
    ? inGroup('controller', argv)
    : ['/usr/bin/time', '-f', 'bench-time %U %S %M', ...argv];
  const before = { own: cpuOf('controller') ?? 0, servers: cpuOf('servers') ?? 0 };
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  let rss = 0;
  const watch = grouped ? setInterval(() => (rss = Math.max(rss, rssOf('controller'))), 40) : undefined;
  const exit = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
  const wall = performance.now() - started;
  clearInterval(watch);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const [, user, system, kilobytes] = /bench-time ([\d.]+) ([\d.]+) (\d+)/u.exec(errors) ?? [];
  return {
    exit,
    wall,
    cpu: grouped ? (cpuOf('controller') ?? 0) - before.own : (Number(user) + Number(system)) * 1000,
    ...(grouped && { serverCpu: (cpuOf('servers') ?? 0) - before.servers }),
    rss: grouped ? rss : Number(kilobytes) / 1024,
    output,
    errors,
  };
}

function rssOf(name) {
  let pages = 0;
  for (const pid of readFileSync(join(groupOf(name), 'cgroup.procs'), 'utf8').split('\n')) {
    if (pid === '') continue;
    try {
      pages += Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return (pages * 4096) / 1e6;
}

/** Ends what a contender has left running (ControlPersist), so that the next one starts cold. */
export function endLeftovers() {
  if (accounting !== 'cgroup' || !existsSync(groupOf('controller'))) return;
  for (const pid of readFileSync(join(groupOf('controller'), 'cgroup.procs'), 'utf8').split('\n')) {
    if (pid !== '') process.kill(Number(pid));
  }
}
