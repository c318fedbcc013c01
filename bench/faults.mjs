// Breaks something at a random moment of an apply of 200 changes, and looks whether what the apply says of each change is what
// the nodes' files say. Run `npm run build` first, then: node bench/faults.mjs [ROUNDS [SEED]]. A round with seed N is the same as the
// first one of `node bench/faults.mjs 1 N`, as far as two processes can be. Exit code 1: something was told wrong.
// Each round: a lab of its own, one fault, the apply, the fault mended, then each change's outcome against the files; and
// where something was left, the apply again, which must make up for it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { plainFleet } from '../lab/dist/fleet/definition.js';
import { startLab } from '../lab/dist/lab.js';
import { makeKeyPair } from '../lab/dist/ssh/keys.js';

const bin = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));
const rounds = Number(process.argv[2] ?? 100);
const firstSeed = Number(process.argv[3] ?? 1);
const NODES = ['pve1', 'pve2', 'pve3'];
/** Of what is wrong in a round. */
const SHOWN = 8;
const GiB = 2 ** 30;
const LOCK = '/etc/pve/priv/lock/pvefleet';

const ids = (from, count) => Array.from({ length: count }, (_, index) => from + index);
const nodeOf = (vmid) => NODES[vmid % NODES.length];
const updated = ids(1000, 140);
const grown = ids(1200, 30);
const made = ids(1300, 30);
const all = [...updated, ...grown, ...made];
const confOf = (vmid) => `/etc/pve/nodes/${nodeOf(vmid)}/qemu-server/${vmid}.conf`;
const diskOf = (vmid) => `/dev/pve/vm-${vmid}-disk-0`;

/** In an order of their own, so that each kind is under way at any moment. */
const document = [
  'vms:',
  ...all
    .toSorted((a, b) => (a % 30) - (b % 30) || a - b)
    .map((vmid) => {
      const what = updated.includes(vmid)
        ? 'cores: 2'
        : grown.includes(vmid)
          ? 'scsi0: { size: 5G }'
          : `name: vm-${vmid}, scsi0: "local-lvm:4"`;
      return `  - { vmid: ${vmid}, node: ${nodeOf(vmid)}, ${what} }`;
    }),
  '',
].join('\n');

function randomOf(start) {
  let state = Math.imul(start, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const clientKey = makeKeyPair('faults');

async function openRound() {
  const lab = await startLab({ fleet: plainFleet(NODES.length, '9'), clientKey });
  const directory = mkdtempSync(join(tmpdir(), 'pvefleet-faults-'));
  const path = (name) => join(directory, name);
  writeFileSync(path('key'), clientKey.privateKey, { mode: 0o600 });
  writeFileSync(path('known_hosts'), lab.knownHostsText());
  writeFileSync(path('lab.yml'), lab.inventoryText(path('key'), path('known_hosts')));
  writeFileSync(path('document.yml'), document);
  const machine = (node) => lab.nodes.find(({ host }) => host === node).machine;
  for (const vmid of updated) machine(nodeOf(vmid)).files.write(confOf(vmid), 'cores: 1\nmemory: 512\n');
  for (const vmid of grown) {
    machine(nodeOf(vmid)).files.write(
      confOf(vmid),
      `memory: 512\nscsi0: local-lvm:vm-${vmid}-disk-0,size=4G\n`,
    );
    machine(nodeOf(vmid)).volumes.set(diskOf(vmid), 4 * GiB);
  }
  const usual = new Map(NODES.map((node) => [node, pidsOf(machine(node))]));
  return {
    lab,
    directory,
    machine,
    /** Processes of a node beside those of its boot. */
    running: (node) => pidsOf(machine(node)).filter((pid) => !usual.get(node).includes(pid)),
    close: async () => {
      await lab.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function pidsOf({ processes }) {
  return processes.list().map(({ pid }) => pid);
}

/** Whether a change's effect is in the files: wholly, not at all, or in part. */
function stateOf(vmid, { files, volumes }) {
  const text = files.read(confOf(vmid)) ?? '';
  const size = volumes.size(diskOf(vmid));
  const marks = updated.includes(vmid)
    ? [/^cores: 2$/mu.test(text)]
    : grown.includes(vmid)
      ? [/size=5G/u.test(text), size === 5 * GiB]
      : [
          text.includes(`name: vm-${vmid}`),
          text.includes(`scsi0: local-lvm:vm-${vmid}-disk-`),
          size === 4 * GiB,
        ];
  return marks.every(Boolean) ? 'done' : marks.some(Boolean) ? 'part' : 'not done';
}

/** What can go wrong: breaks it, and gives what it was, and how it is mended if it is before the run's end. */
const faults = {
  cut({ lab, pick }) {
    const node = pick(NODES);
    lab.faults.add(node, { kind: 'dead' })();
    return { what: `connections to ${node} cut` };
  },
  cutAt({ lab, pick, random }) {
    const vmid = pick(all);
    const text = `qm ${updated.includes(vmid) ? 'set' : grown.includes(vmid) ? 'resize' : 'create'} ${vmid}`;
    const mend = lab.faults.add(nodeOf(vmid), { kind: 'cut-at', text });
    return { what: `connections to ${nodeOf(vmid)} cut at ${text}`, mend, after: random() * 4 };
  },
  outage({ lab, pick, random }) {
    const node = pick(NODES);
    const mend = lab.faults.add(node, { kind: 'dead' });
    return { what: `${node} out of reach`, mend, after: random() * 3 };
  },
  dead({ lab, pick, machine, running }) {
    const node = pick(NODES);
    lab.faults.add(node, { kind: 'dead' });
    for (const pid of running(node)) machine(node).processes.kill(pid);
    return { what: `${node} dead`, dead: node };
  },
  lock({ lab, pick, random }) {
    const vmid = pick(all);
    const mend = lab.faults.add(nodeOf(vmid), { kind: 'lock', name: String(vmid) });
    return { what: `lock of ${vmid} held`, mend, after: random() < 0.15 ? undefined : random() * 6 };
  },
  full({ lab, pick }) {
    const node = pick(NODES);
    lab.faults.add(node, { kind: 'full', storage: 'local-lvm' });
    return { what: `local-lvm of ${node} full` };
  },
  quorum({ lab, random }) {
    const mend = lab.faults.add('lab', { kind: 'no-quorum' });
    return { what: 'quorum lost', mend, after: random() < 0.5 ? undefined : random() * 3 };
  },
  edit({ machine, pick }) {
    const vmid = pick(all);
    const { files } = machine(nodeOf(vmid));
    files.write(confOf(vmid), `description: edited\n${files.read(confOf(vmid)) ?? 'memory: 64\n'}`);
    return { what: `config of ${vmid} edited` };
  },
};

/** Runs the apply; calls back with each event. */
async function apply({ directory }, onEvent) {
  // On a busy machine a node may take its time.
  const argv = ['apply', join(directory, 'document.yml'), '--yes', '--json', '--timeout', '120'];
  const child = spawn(process.execPath, [bin, ...argv], {
    env: {
      ...process.env,
      PVEFLEET_INVENTORY: join(directory, 'lab.yml'),
      XDG_STATE_HOME: directory,
      HOME: directory,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const events = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    events.push(event);
    onEvent(event);
  }
  return { exit: await ended, events, stderr };
}

async function untilQuiet(round) {
  for (let tries = 0; tries < 300; tries++) {
    if (NODES.every((node) => round.running(node).length === 0)) return true;
    await sleep(100);
  }
  return false;
}

/** What is wrong with what an apply said, a sentence each. */
function mismatches({ exit, events, stderr }, fault, round) {
  const wrong = [];
  const counts = { done: 0, 'not done': 0, part: 0, doubt: 0 };
  const reported = new Map(
    events.flatMap((event) =>
      event.type === 'change-finished' ? [[Number(/^vm\/(\d+)@/u.exec(event.address)[1]), event]] : [],
    ),
  );
  const doubtful = new Set(
    events.flatMap(({ inDoubt, address }) =>
      inDoubt === true ? [Number(/^vm\/(\d+)@/u.exec(address)[1])] : [],
    ),
  );
  const silent = new Set(
    events.flatMap((event) => (event.type === 'surveyed' ? event.unreachable.map(({ host }) => host) : [])),
  );
  for (const vmid of all) {
    const state = stateOf(vmid, round.machine(nodeOf(vmid)));
    const outcome = reported.get(vmid)?.outcome;
    counts[state]++;
    if (doubtful.has(vmid)) counts.doubt++;
    const isTold =
      (outcome === undefined && silent.has(nodeOf(vmid)) && state === 'not done') ||
      (outcome === 'changed' && state === 'done') ||
      (outcome === 'skipped' && state === 'not done') ||
      (outcome === 'failed' &&
        (state === 'not done' || (doubtful.has(vmid) && fault?.dead === nodeOf(vmid))));
    if (!isTold)
      wrong.push(
        `${vmid}: said to be ${outcome ?? 'nothing'}${doubtful.has(vmid) ? ' (in doubt)' : ''}, and is ${state}: ${(reported.get(vmid)?.diagnostics ?? []).map(({ message }) => message).join('; ')}`,
      );
    if (doubtful.has(vmid) && fault?.dead !== nodeOf(vmid))
      wrong.push(`${vmid}: left in doubt, though its node can be reached`);
  }
  const isAll =
    counts.done === all.length && [...reported.values()].every(({ outcome }) => outcome === 'changed');
  if ((exit === 0) !== isAll) wrong.push(`exit ${exit}, and ${counts.done} of ${all.length} are done`);
  if (![0, 3, 4, 5, 6].includes(exit)) wrong.push(`exit ${exit}: ${stderr.slice(-500)}`);
  if (stderr.includes('    at ')) wrong.push(`a stack: ${stderr.slice(0, 500)}`);
  const recap = events.find(({ type }) => type === 'recap');
  const told = { changed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of reported.values()) told[outcome]++;
  for (const [name, count] of Object.entries(told)) {
    const sum = Object.values(recap?.hosts ?? {}).reduce((total, host) => total + host[name], 0);
    if (sum !== count) wrong.push(`the recap has ${sum} ${name}, the changes ${count}`);
  }
  const said = events.some(({ diagnostic }) => diagnostic?.code === 'apply/lock-left');
  if (round.machine('pve1').files.isDirectory(LOCK) && !said) wrong.push('the lock was left without a word');
  return { wrong, counts, told };
}

/** Runs the apply again, now that nothing is broken; what is wrong then. */
async function makeUpFor(round) {
  // Where it could not be given back it would expire.
  round.machine('pve1').files.remove(LOCK);
  const again = await apply(round, () => undefined);
  const left = all.filter((vmid) => stateOf(vmid, round.machine(nodeOf(vmid))) === 'not done');
  if (again.exit === 0 && left.length === 0) return [];
  const said = again.events.flatMap(({ type, diagnostics, unreachable }) =>
    type === 'surveyed' ? unreachable : type === 'change-finished' ? diagnostics : [],
  );
  return [
    `run again: exit ${again.exit}, ${left.length} not done: ${again.stderr.slice(-300)} ${said
      .slice(0, 3)
      .map(({ message }) => message)
      .join('; ')}`,
  ];
}

async function runRound(seed) {
  const random = randomOf(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const kind = pick(Object.keys(faults));
  const moment = Math.floor(random() * all.length);
  const type = random() < 0.5 ? 'step-started' : 'step-finished';
  const round = await openRound();
  const started = performance.now();
  let fault;
  let count = 0;
  const ran = await apply(round, (event) => {
    if (event.type !== type || count++ !== moment) return;
    fault = faults[kind]({ ...round, pick, random });
    if (fault.after !== undefined) setTimeout(() => fault.mend(), fault.after * 1000).unref();
  });
  const seconds = (performance.now() - started) / 1000;
  round.lab.faults.clear();
  const isQuiet = await untilQuiet(round);
  const { wrong, counts, told } = mismatches(ran, fault, round);
  if (!isQuiet) wrong.push('a command of a node did not end');
  if (ran.exit !== 0) wrong.push(...(await makeUpFor(round)));
  await round.close();
  const after = fault?.after === undefined ? '' : ` for ${fault.after.toFixed(1)} s`;
  console.log(
    `seed ${seed}: ${fault?.what ?? 'nothing broken'}${after} at ${type} ${moment}: exit ${ran.exit}, ${told.changed} changed, ${told.failed} failed, ${told.skipped} skipped; ${counts.doubt} in doubt; ${seconds.toFixed(1)} s${wrong.length === 0 ? '' : `; WRONG: ${wrong.length}`}`,
  );
  for (const each of wrong.slice(0, SHOWN)) console.log(`    ${each}`);
  return { kind, wrong: wrong.length, doubt: counts.doubt };
}

const results = [];
for (let seed = firstSeed; seed < firstSeed + rounds; seed++) results.push(await runRound(seed));
const bad = results.filter(({ wrong }) => wrong > 0);
const kinds = Object.keys(faults).map(
  (kind) => `${kind} ${results.filter((each) => each.kind === kind).length}`,
);
const doubt = results.reduce((sum, each) => sum + each.doubt, 0);
console.log(
  `${rounds} faults (${kinds.join(', ')}) in applies of ${all.length} changes, seeds from ${firstSeed}: ${bad.length} rounds told something wrong; ${doubt} changes were left in doubt, on dead nodes`,
);
process.exitCode = bad.length === 0 ? 0 : 1;
