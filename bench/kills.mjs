// Kills the controller of an apply at random moments, resumes until it is done, and looks whether anything is lost or doubled.
//   node bench/kills.mjs [ROUNDS] [SEED]
// Each round: a lab of its own, one document of twenty changes, kill -9 at a moment between nothing and the end, then
// `resume`, which is killed as well sometimes. Now and then the journal's last line is cut in its middle, as a kill may do,
// or the connections of a node break.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dispatch } from '../dist/cli/dispatch.js';
import { plainFleet } from '../lab/dist/fleet/definition.js';
import { startLab } from '../lab/dist/lab.js';
import { makeKeyPair } from '../lab/dist/ssh/keys.js';

const bin = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));
const rounds = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? 1);
const NODES = 3;
const KILLS_OF_RESUME = 0.4;
const CUT_LINES = 0.15;
const CUTS = 0.3;
/** Events up to the first step. */
const SURE_EVENTS = 4;
const TRIES = 12;

const template = 'local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst';
const ids = (from, count) => Array.from({ length: count }, (_, index) => from + index);
const nodeOf = (vmid) => `pve${(vmid % NODES) + 1}`;
const updated = ids(110, 8);
const stopped = ids(120, 3);
const made = ids(130, 6);
const containers = ids(200, 2);

const document = [
  'vms:',
  ...updated.map((vmid) => `  - { vmid: ${vmid}, node: ${nodeOf(vmid)}, cores: 2 }`),
  ...stopped.map((vmid) => `  - { vmid: ${vmid}, node: ${nodeOf(vmid)}, state: stopped }`),
  ...made.map(
    (vmid) =>
      `  - { vmid: ${vmid}, node: ${nodeOf(vmid)}, name: web-${vmid}, scsi0: "local-lvm:4", state: running }`,
  ),
  'containers:',
  ...containers.map(
    (vmid) =>
      `  - { vmid: ${vmid}, node: ${nodeOf(vmid)}, hostname: c-${vmid}, ostemplate: "${template}", rootfs: "local-lvm:2", state: running }`,
  ),
  '',
].join('\n');

/** "qmstart 110": what the nodes' own task logs must hold, each once. */
const tasks = [
  ...made.map((vmid) => `qmstart ${vmid}`),
  ...stopped.map((vmid) => `qmshutdown ${vmid}`),
  ...made.map((vmid) => `qmcreate ${vmid}`),
  ...containers.flatMap((vmid) => [`vzcreate ${vmid}`, `vzstart ${vmid}`]),
];
const STEPS = tasks.length + updated.length;

function randomOf(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const clientKey = makeKeyPair('kills');

async function openRound() {
  const lab = await startLab({ fleet: plainFleet(NODES, '9'), clientKey });
  const directory = mkdtempSync(join(tmpdir(), 'pvefleet-kills-'));
  const path = (name) => join(directory, name);
  writeFileSync(path('key'), clientKey.privateKey, { mode: 0o600 });
  writeFileSync(path('known_hosts'), lab.knownHostsText());
  writeFileSync(path('lab.yml'), lab.inventoryText(path('key'), path('known_hosts')));
  writeFileSync(path('web.yml'), document);
  const files = (node) => lab.nodes.find(({ host }) => host === node).machine.files;
  for (const vmid of [...updated, ...stopped])
    files(nodeOf(vmid)).write(
      `/etc/pve/nodes/${nodeOf(vmid)}/qemu-server/${vmid}.conf`,
      `cores: 1\nmemory: 512\nname: vm-${vmid}\n`,
    );
  await Promise.all(
    stopped.map((vmid) =>
      lab.nodes
        .find(({ host }) => host === nodeOf(vmid))
        .shell({
          command: `qm start ${vmid}`,
          stdin: Buffer.alloc(0),
          env: { PATH: '/usr/bin', LC_ALL: 'C.UTF-8' },
          signal: new AbortController().signal,
        }),
    ),
  );
  for (const { machine } of lab.nodes) machine.files.write('/var/log/pve/tasks/index', '');
  return { lab, directory, path, files, state: path('state/pvefleet') };
}

/**
 * Runs the command; kills it so many milliseconds after so many of its events, if it has not ended by then. `cut`: at such a
 * moment all connections of a node break.
 */
function pvefleet(round, args, kill, cut) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, [bin, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: round.directory,
        PVEFLEET_INVENTORY: round.path('lab.yml'),
        XDG_STATE_HOME: round.path('state'),
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let events = 0;
    const die = (wait) => void setTimeout(() => child.kill('SIGKILL'), wait).unref();
    const lose = ({ node, wait }) =>
      void setTimeout(() => round.lab.faults.add(node, { kind: 'dead' })(), wait).unref();
    const isNow = (moment, before) =>
      moment !== undefined && before < moment.events && events >= moment.events;
    if (kill?.events === 0) die(kill.wait);
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const before = events;
      events += String(chunk).split('\n').length - 1;
      if (isNow(kill, before)) die(kill.wait);
      if (isNow(cut, before)) lose(cut);
    });
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('close', (exit, signal) => {
      resolve({ exit, killed: signal === 'SIGKILL', said, events, milliseconds: performance.now() - began });
    });
  });
}

/** The same in this process, which is quicker: for what only looks. */
async function look(round, args) {
  let said = '';
  const output = { write: (text) => void (said += text), isTTY: false, colour: false, columns: 80 };
  const exit = await dispatch(args, {
    stdout: output,
    stderr: output,
    env: {
      HOME: round.directory,
      PVEFLEET_INVENTORY: round.path('lab.yml'),
      XDG_STATE_HOME: round.path('state'),
    },
    signal: new AbortController().signal,
    ask: async () => undefined,
    canAsk: () => false,
    askHidden: async () => undefined,
  });
  return { exit, said };
}

function cutLastLine({ state }, share) {
  // Killed before it wrote anything.
  if (!existsSync(state)) return;
  const last = readdirSync(state)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .at(-1);
  // What has ended in order is whole: cut then, it would have been tampered with, and is found.
  if (
    last === undefined ||
    readFileSync(join(state, 'heads'), 'utf8').includes(`"run":"${last.slice(0, -6)}","type":"run-closed"`)
  )
    return;
  const text = readFileSync(join(state, last));
  const start = text.lastIndexOf(0x0a, text.length - 2) + 1;
  // The first line is how a run is known at all: heads holds its hash.
  if (start > 0) truncateSync(join(state, last), start + Math.floor((text.length - start - 1) * share));
}

/** What is not as it should be after all is done. */
async function faultsOf(round) {
  const faults = [];
  const counts = new Map();
  const begun = new Map();
  for (const { host, machine } of round.lab.nodes) {
    for (const line of (machine.files.read('/var/log/pve/tasks/index') ?? '').split('\n').filter(Boolean)) {
      const [, , , , , kind, vmid] = line.split(':');
      counts.set(`${kind} ${vmid}`, (counts.get(`${kind} ${vmid}`) ?? 0) + 1);
    }
    for (const [, step] of (machine.files.read('/var/log/syslog') ?? '').matchAll(/ step=(\d+\/\d+) /g))
      begun.set(step, (begun.get(step) ?? 0) + 1);
    const left = machine.processes.list().filter(({ argv }) => argv[0] === 'bash');
    if (left.length > 0) faults.push(`${host} still runs ${left.length} scripts`);
  }
  for (const task of tasks)
    if (counts.get(task) !== 1) faults.push(`task ${task}: ${counts.get(task) ?? 0} times`);
  for (const task of counts.keys()) if (!tasks.includes(task)) faults.push(`task ${task}: nobody wanted it`);
  if (begun.size !== STEPS) faults.push(`${begun.size} steps were begun; ${STEPS} are wanted`);
  for (const [step, count] of begun) if (count !== 1) faults.push(`step ${step} was begun ${count} times`);
  for (const vmid of updated) {
    const text = round.files(nodeOf(vmid)).read(`/etc/pve/nodes/${nodeOf(vmid)}/qemu-server/${vmid}.conf`);
    if (!/^cores: 2$/m.test(text ?? '')) faults.push(`VM ${vmid} has not 2 cores`);
  }
  const plan = await look(round, ['plan', round.path('web.yml'), '--detailed-exitcode']);
  if (plan.exit !== 0) faults.push(`the plan is not empty: exit ${plan.exit}\n${plan.said}`);
  const verify = await look(round, ['audit', 'verify', '--nodes']);
  if (verify.exit !== 0) faults.push(`audit verify: exit ${verify.exit}\n${verify.said}`);
  return faults;
}

/** Some moments are before the first event, some between events; waits are up to what a step takes. */
function momentOf(random, events) {
  const after = Math.floor(random() * (events + 1) * 1.1 - events * 0.1);
  return after <= 0 ? { events: 0, wait: random() * 600 } : { events: after, wait: random() ** 3 * 300 };
}

/** Not before its plan is made: a node that breaks off then is left out, and said to be. */
const cutOf = (random, events) => ({
  node: nodeOf(Math.floor(random() * NODES)),
  events: SURE_EVENTS + Math.floor(random() * events),
  wait: random() * 100,
});

async function play(random, events) {
  const round = await openRound();
  const log = [];
  const apply = ['apply', round.path('web.yml'), '--yes', '--json'];
  let next = apply;
  let kills = 0;
  let isDone = false;
  for (let tries = 0; tries < TRIES && !isDone; tries++) {
    const isKilled = tries === 0 || (tries < TRIES - 2 && random() < KILLS_OF_RESUME);
    const kill = isKilled ? momentOf(random, next === apply ? events : events / 2) : undefined;
    const cut = random() < CUTS ? cutOf(random, events) : undefined;
    const ran = await pvefleet(round, next, kill, cut);
    if (cut !== undefined)
      log.push(`${cut.node} is lost ${Math.round(cut.wait)} ms after event ${cut.events}`);
    log.push(
      `${next[0]}${kill === undefined ? '' : ` killed ${Math.round(kill.wait)} ms after event ${kill.events}`}: exit ${ran.exit}\n${ran.said}`,
    );
    if (ran.killed) {
      kills++;
      if (random() < CUT_LINES && log.push('the last line is cut')) cutLastLine(round, random());
    } else if (ran.exit === 0) isDone = true;
    else if (
      next !== apply &&
      ran.exit === 1 &&
      /none is unfinished|anybody said yes|Cannot read journals/.test(ran.said)
    )
      next = apply;
    else if (ran.exit !== 4) break;
    if (ran.killed || ran.exit === 4) next = ['resume', '--last', '--yes', '--json'];
  }
  const faults = isDone ? await faultsOf(round) : ['it was not done'];
  await round.lab.close();
  if (faults.length === 0) rmSync(round.directory, { recursive: true });
  return { kills, faults, log, directory: round.directory };
}

const whole = await openRound();
const measured = await pvefleet(whole, ['apply', whole.path('web.yml'), '--yes', '--json']);
const first = measured.exit === 0 ? await faultsOf(whole) : [`exit ${measured.exit}: ${measured.said}`];
await whole.lab.close();
if (first.length > 0) throw new Error(`without a kill: ${first.join('; ')}`);
rmSync(whole.directory, { recursive: true });
console.log(
  `seed ${seed}: ${STEPS} steps and ${measured.events} events take ${(measured.milliseconds / 1000).toFixed(1)} s without a kill`,
);

const began = performance.now();
let kills = 0;
let bad = 0;
for (let index = 0; index < rounds; index++) {
  const played = await play(randomOf(seed * 1_000_003 + index), measured.events);
  kills += played.kills;
  if (played.faults.length > 0) {
    bad++;
    console.log(
      `ROUND ${index} (${played.directory}): ${played.faults.join('; ')}\n${played.log.join('\n')}`,
    );
  }
  if ((index + 1) % 20 === 0)
    console.log(
      `${index + 1} rounds, ${kills} kills, ${bad} bad, ${Math.round((performance.now() - began) / 1000)} s`,
    );
}
console.log(`${rounds} rounds, ${kills} kills, ${bad} bad`);
process.exitCode = bad === 0 ? 0 : 1;
