// Compares pvefleet with what is installed of ssh, clush, pdsh, parallel-ssh and Ansible, on sshd's of its own.
//   node bench/run.mjs [--full] [--only SUITE,...] [--hosts N,...] [--rounds N] [--who NAME]... [--out FILE]
// Prints one JSON line a run to FILE (bench/results.jsonl), then minima, medians and ratios, and the goals beside them.
// Each round runs every contender once, in an order that moves on by one. See docs/performance.md.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as contenders from './contenders.mjs';
import { judge } from './goals.mjs';
import { accounting, endLeftovers, measure, removeGroups } from './measure.mjs';
import { preparePlay } from './play.mjs';
import { startServers } from './servers.mjs';

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    hosts: { type: 'string' },
    rounds: { type: 'string' },
    who: { type: 'string', multiple: true },
    out: { type: 'string', default: fileURLToPath(new URL('results.jsonl', import.meta.url)) },
  },
});
const { full } = options;
const rounds = (usual) => Number(options.rounds ?? usual);
/** One suite that is asked for by name is run with all who are slow, too. */
const wantedAlone = options.only !== undefined;
const wanted = (name) => options.only === undefined || options.only.split(',').includes(name);

// To read a machine's own certificates takes Node 40 ms of CPU at each start, and is for HTTPS.
delete process.env.NODE_EXTRA_CA_CERTS;

console.log(`CPU by ${accounting}; load ${loadavg()[0].toFixed(1)} at the start; Node ${process.version}`);
writeFileSync(options.out, '');
const results = {};

if (wanted('start')) await withServers(1, 'openssh', (fleet) => suite('start', contenders.startUp(fleet), 7));
for (const count of options.hosts?.split(',').map(Number) ?? (full ? [20, 100, 200] : [20]))
  if (wanted('cold'))
    await withServers(count, 'openssh', (fleet) =>
      suite(`cold ${count}`, contenders.cold(fleet).filter(fits), full ? 5 : 3),
    );
if (full && wanted('light') && isThere('dropbear'))
  await withServers(100, 'dropbear', (fleet) =>
    suite(
      'light 100',
      contenders.cold(fleet).filter(({ slow }) => slow !== true),
      3,
    ),
  );
for (const count of full ? [10, 50] : [10])
  if (wanted('facts'))
    await withServers(count, 'openssh', (fleet) =>
      suite(
        `facts ${count}`,
        contenders.facts(fleet).filter(({ name }) => full || name === 'pvefleet'),
        3,
      ),
    );
for (const count of options.hosts?.split(',').map(Number) ?? (full ? [10, 50] : [10]))
  if (wanted('play'))
    await withServers(count, 'nodes', async (fleet) => {
      const playbook = preparePlay(fleet);
      await suite(
        `play ${count}`,
        contenders.play(fleet, playbook).filter(({ name }) => full || wantedAlone || name === 'pvefleet'),
        3,
      );
    });
if (wanted('warm'))
  await withServers(5, 'openssh', async (fleet) => {
    for (const commands of [1, 21]) await suite(`warm ${commands}`, contenders.warm(fleet, commands), 3);
  });
if (wanted('far'))
  for (const roundTrip of full ? [0, 30, 100, 1000] : [0, 100])
    await withServers(1, 'openssh', (fleet) => far(fleet, roundTrip));

removeGroups();
console.log(`\nThe goals; load ${loadavg()[0].toFixed(1)} at the end`);
for (const line of judge(results)) console.log(line);

/** Those that are quick enough for the short run. */
function fits({ slow }) {
  return full || slow !== true;
}

async function withServers(count, kind, act) {
  const fleet = await startServers(count, kind);
  try {
    await act(fleet);
  } finally {
    fleet.stop();
  }
}

async function far(fleet, roundTrip) {
  const proxy = fileURLToPath(new URL('delay-proxy.mjs', import.meta.url));
  const [to] = fleet.hosts;
  const port = 22_023;
  const child = spawn('node', [proxy, '127.77.9.9', `${port}`, to, `${fleet.port}`, `${roundTrip}`]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const hostKey = readFileSync(fleet.file('host.pub'), 'utf8').trim();
  const line = `[127.77.9.9]:${port} ${hostKey}\n`;
  for (const file of [fleet.file('known_hosts'), `${fleet.home}/.ssh/known_hosts`])
    appendFileSync(file, line);
  const config = fleet.file('far');
  const own = readFileSync(fleet.file('curve'), 'utf8').replace(/^Port .*\n/u, '');
  writeFileSync(config, `Host far\nHostname 127.77.9.9\nPort ${port}\n${own}`);
  const inventory = fleet.file('far-inventory');
  writeFileSync(inventory, fleet.inventory([{ host: '127.77.9.9', port }]));
  await suite(`far ${roundTrip}`, contenders.far(fleet, inventory, config), 5);
  child.kill();
}

async function suite(name, all, usualRounds) {
  const asked = options.who;
  const there = all.filter(
    ({ name: who, needs }) => (asked?.includes(who) ?? true) && (needs === undefined || isThere(needs)),
  );
  const runs = new Map(there.map((contender) => [contender.name, []]));
  for (let round = 0; round < rounds(usualRounds); round++) {
    for (let at = 0; at < there.length; at++) {
      const { name: who, argv, env, exit = 0, rounds: most = Infinity } = there[(at + round) % there.length];
      if (round >= most) continue;
      const { output, errors, ...run } = await measure(argv, env);
      endLeftovers();
      appendFileSync(options.out, `${JSON.stringify({ suite: name, who, round, ...run })}\n`);
      if (exit !== null && run.exit !== exit)
        console.error(`${name}: ${who} ended with ${run.exit}: ${(errors || output).slice(0, 300)}`);
      else runs.get(who).push(run);
    }
  }
  results[name] = Object.fromEntries([...runs].map(([who, ended]) => [who, summary(ended)]));
  print(name, results[name]);
}

function summary(runs) {
  const of = (field) =>
    runs
      .map((run) => run[field])
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
  const two = (field) => {
    const sorted = of(field);
    return { min: sorted[0], median: sorted[sorted.length >> 1] };
  };
  return {
    runs: runs.length,
    wall: two('wall'),
    cpu: two('cpu'),
    serverCpu: two('serverCpu'),
    rss: of('rss').at(-1),
  };
}

/** Times of each, and how many times as much as the first. */
function print(name, found) {
  console.log(
    `\n${name.padEnd(30)} wall min  median      CPU min  median   CPU ×  wall ×  server CPU    RSS`,
  );
  const [reference] = Object.values(found).filter(({ runs }) => runs > 0);
  if (reference === undefined) return;
  for (const [who, { runs, wall, cpu, serverCpu, rss }] of Object.entries(found)) {
    if (runs === 0) continue;
    const ms = (value, width) => (value === undefined ? '-' : `${Math.round(value)}`).padStart(width);
    const times = (value, to) => (value / to).toFixed(1).padStart(7);
    console.log(
      `  ${who.padEnd(28)} ${ms(wall.min, 8)} ${ms(wall.median, 7)} ms  ${ms(cpu.min, 7)} ${ms(cpu.median, 7)} ms` +
        `${times(cpu.min, reference.cpu.min)} ${times(wall.min, reference.wall.min)}   ${ms(serverCpu.min, 6)} ms ${ms(rss, 6)} MB`,
    );
  }
}

/** A program by its name, or a file by its path. */
function isThere(needed) {
  if (needed.startsWith('/')) return existsSync(needed);
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${needed}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
