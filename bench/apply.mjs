// What an apply of 500 independent one-option changes over 10 nodes costs the controller (wanted: under 2 ms of CPU a
// change, beyond what showing the same plan costs), and how long a node that has work to do stands idle (wanted: never).
// Against the lab over real SSH, which takes the other core. Run `npm run build` first, then: node bench/apply.mjs
// [CHANGES [ROUNDS]]. Exit code 1: more than wanted.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODES = 10;
const changes = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 3);
const home = mkdtempSync(join(tmpdir(), 'pvefleet-bench-'));
const inventory = join(home, 'lab.yml');
const bin = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));
const labBin = fileURLToPath(new URL('../lab/bin/pvefleet-lab.js', import.meta.url));

function documentOf(description) {
  const vms = Array.from({ length: changes }, (_, index) => ({
    vmid: 1000 + index,
    node: `pve${1 + (index % NODES)}`,
    name: `vm-${index}`,
    ...(description === undefined ? {} : { description }),
  }));
  const path = join(home, `${description ?? 'bare'}.json`);
  writeFileSync(path, JSON.stringify({ version: 1, plugins: { proxmox: { vms } } }));
  return path;
}

/** Runs a command; milliseconds of CPU that it took, and of wall time. */
function pvefleet(...argv) {
  const env = { ...process.env, PVEFLEET_INVENTORY: inventory, XDG_STATE_HOME: join(home, 'state') };
  const started = performance.now();
  const timed = ['-o', join(home, 'time'), '-f', '%U %S', process.execPath, bin, ...argv];
  const { status, stdout, stderr } = spawnSync('/usr/bin/time', timed, {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`pvefleet ${argv.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  const [user, system] = readFileSync(join(home, 'time'), 'utf8').trim().split(' ').map(Number);
  return { cpu: (user + system) * 1000, wall: performance.now() - started };
}

/** Of the newest run: milliseconds that nodes stood idle between their first and last step, and that they had steps to do. */
function idleOf() {
  const runs = join(home, 'state', 'pvefleet');
  const journals = readdirSync(runs, { recursive: true }).filter((name) => /\d{8}T?.*\.jsonl$/u.test(name));
  const newest = journals.reduce((a, b) => (a > b ? a : b));
  const nodes = new Map();
  for (const line of readFileSync(join(runs, newest), 'utf8').trim().split('\n')) {
    const { event } = JSON.parse(line);
    if (event.type !== 'step-started' && event.type !== 'step-finished') continue;
    const moments = nodes.get(event.node) ?? [];
    nodes.set(event.node, moments);
    moments.push([Date.parse(event.at), event.type === 'step-started' ? 1 : -1]);
  }
  let idle = 0;
  let all = 0;
  for (const moments of nodes.values()) {
    const inOrder = moments.toSorted(([a, up], [b, down]) => a - b || down - up);
    let running = 0;
    for (const [index, [at, step]] of inOrder.entries()) {
      if (running === 0 && index > 0) idle += at - inOrder[index - 1][0];
      running += step;
    }
    all += inOrder.at(-1)[0] - inOrder[0][0];
  }
  return { idle, all };
}

const lab = spawn(
  process.execPath,
  [labBin, 'start', '--nodes', String(NODES), '--inventory', inventory, '--state', join(home, 'lab')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  await new Promise((resolve) => lab.stdout.once('data', resolve));
  pvefleet('apply', documentOf(), '--yes');
  const rows = [];
  for (let round = 0; round < rounds; round++) {
    const document = documentOf(`round ${round}`);
    const plan = pvefleet('plan', document);
    const apply = pvefleet('apply', document, '--yes');
    rows.push({ ms: (apply.cpu - plan.cpu) / changes, plan, apply, ...idleOf() });
  }
  for (const { ms, plan, apply, idle, all } of rows)
    console.log(
      `${changes} changes on ${NODES} nodes: ${ms.toFixed(2)} ms of CPU a change (apply ${apply.cpu.toFixed(0)} ms less plan ${plan.cpu.toFixed(0)} ms), ${(apply.wall / 1000).toFixed(1)} s; nodes idle ${((100 * idle) / all).toFixed(1)}% of their time`,
    );
  process.exitCode = Math.min(...rows.map(({ ms }) => ms)) < 2 ? 0 : 1;
} finally {
  lab.kill('SIGTERM');
  await new Promise((resolve) => lab.once('exit', resolve));
  rmSync(home, { recursive: true, force: true });
}
