// What a plan costs once the nodes and the document are read: 3,000 guests declared over 10 clusters of 32 nodes (wanted:
// under 2 s), 1,000 guests of one cluster (under 500 ms), and 1,000 that are not there yet, by one entry with a count: made
// from nothing, and cloned (under 500 ms). Of those that are there one in ten differs. Each row is a process of its own, so
// nothing is warm, and set as the command is; CPU is of all threads. What reading and checking the document costs is shown beside it.
// Run `npm run build` first, then: taskset -c 0 node bench/plan.mjs. Exit code 1: slower than wanted.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import '../dist/cli/optimise-late.js';
import { planDocument } from '../dist/documents/plan-document.js';
import { readDocument } from '../dist/documents/read-document.js';

const NODES = 32;

const hex = (number) => (number & 255).toString(16).padStart(2, '0').toUpperCase();
const mac = (vmid) => `BC:24:11:${hex(vmid >> 16)}:${hex(vmid >> 8)}:${hex(vmid)}`;

const vm = (vmid) =>
  `agent: 1\nboot: order=scsi0;net0\ncores: ${1 + (vmid % 8)}\ncpu: host,flags=+aes\nmemory: 4096\nmeta: creation-qemu=10.0.13,ctime=1795457463\nname: vm-${vmid}\nnet0: virtio=${mac(vmid)},bridge=vmbr0,firewall=1,tag=${1 + (vmid % 4000)}\nonboot: 1\nostype: l26\nscsi0: local-lvm:vm-${vmid}-disk-0,discard=on,iothread=1,size=20G\nscsihw: virtio-scsi-single\nsmbios1: uuid=6b9d8018-89c3-41cb-9f27-e8bda9c4a960\ntags: prod;web\nvmgenid: 2af75821-8363-4c0d-a8fc-893be84dc793\n`;
const container = (vmid) =>
  `arch: amd64\ncores: 2\nhostname: ct-${vmid}\nmemory: 1024\nnet0: name=eth0,bridge=vmbr0,hwaddr=${mac(vmid)},ip=dhcp,type=veth\nonboot: 1\nostype: debian\nrootfs: local-lvm:vm-${vmid}-disk-0,size=8G\nswap: 512\ntags: infra\nunprivileged: 1\n`;

const isContainer = (vmid) => vmid % 3 === 0;
const nodeOf = (cluster, vmid) => `${cluster}n${1 + (vmid % NODES)}`;

function snapshot(cluster, first, guests) {
  const vmids = Array.from({ length: guests }, (_, index) => first + index);
  const names = Array.from({ length: NODES }, (_, index) => `${cluster}n${index + 1}`);
  const ids = Object.fromEntries(
    vmids.map((vmid) => [
      vmid,
      { node: nodeOf(cluster, vmid), type: isContainer(vmid) ? 'lxc' : 'qemu', version: vmid },
    ]),
  );
  const nodelist = Object.fromEntries(
    names.map((name, index) => [name, { id: index + 1, online: 1, ip: `10.0.0.${index + 1}` }]),
  );
  const files = {
    '/etc/pve/.members': JSON.stringify({
      nodename: `${cluster}n1`,
      version: 4,
      cluster: { name: cluster, version: 3, nodes: NODES, quorate: 1 },
      nodelist,
    }),
    '/etc/pve/.vmlist': JSON.stringify({ version: 1, ids }),
    '/etc/pve/storage.cfg':
      'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\nlvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent rootdir,images\n',
  };
  for (const vmid of vmids) {
    const folder = isContainer(vmid) ? 'lxc' : 'qemu-server';
    const text = isContainer(vmid) ? container(vmid) : vm(vmid);
    files[`/etc/pve/nodes/${nodeOf(cluster, vmid)}/${folder}/${vmid}.conf`] = Buffer.from(text).toString();
  }
  const digests = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, createHash('sha1').update(text).digest('hex')]),
  );
  const state = (name) => ({
    host: `${cluster}-${name}`,
    versions: { 'pve-manager': '9.2.1', 'qemu-server': '9.1.2', 'pve-container': '6.0.1' },
    kernel: '6.17.2-1-pve',
    cpus: 16,
    memory: 2 ** 37,
    uptime: 1e6,
    bootId: 'b',
    running: {
      vms: vmids.filter((vmid) => nodeOf(cluster, vmid) === name && !isContainer(vmid)),
      containers: vmids.filter((vmid) => nodeOf(cluster, vmid) === name && isContainer(vmid)),
    },
    interfaces: ['lo', 'nic0', 'vmbr0'],
    bridges: ['vmbr0'],
  });
  return {
    cluster,
    quorate: true,
    nodes: Object.fromEntries(names.map((name) => [name, state(name)])),
    files,
    digests,
  };
}

const TEMPLATE = 9001;

/** A cluster with few guests, of which one is a template. */
function withTemplate() {
  const one = snapshot('c0', TEMPLATE - 1, NODES);
  const path = `/etc/pve/nodes/${nodeOf('c0', TEMPLATE)}/qemu-server/${TEMPLATE}.conf`;
  return { ...one, files: { ...one.files, [path]: `${vm(TEMPLATE)}template: 1\n` } };
}

function documentOf(snapshots) {
  const guests = snapshots.flatMap(({ cluster, files }) =>
    Object.keys(JSON.parse(files['/etc/pve/.vmlist']).ids).map((vmid) => ({
      vmid: Number(vmid),
      node: nodeOf(cluster, Number(vmid)),
    })),
  );
  const more = ({ vmid }) => (vmid % 10 === 0 ? { onboot: false } : {});
  const vms = guests
    .filter(({ vmid }) => !isContainer(vmid))
    .map((guest) => ({
      ...guest,
      state: 'running',
      name: `vm-${guest.vmid}`,
      cores: 1 + (guest.vmid % 8),
      memory: 4096,
      disk: { storage: 'local-lvm', size: '20G' },
      network: { bridge: 'vmbr0', model: 'virtio' },
      tags: 'web;prod',
      ...more(guest),
    }));
  const containers = guests
    .filter(({ vmid }) => isContainer(vmid))
    .map((guest) => ({
      ...guest,
      state: 'running',
      hostname: `ct-${guest.vmid}`,
      cores: 2,
      memory: 1024,
      rootfs: { storage: 'local-lvm', size: '8G' },
      ...more(guest),
    }));
  return JSON.stringify({ version: 1, plugins: { proxmox: { vms, containers } } }, null, 1);
}

/** Guests that are all to be made, by one entry of a document in YAML. */
function births(what, guests) {
  const made =
    what === 'clones'
      ? `clone: ${TEMPLATE}\n    scsi0: { size: 30G }\n    ipconfig0: ip=dhcp`
      : 'memory: 2048\n    scsi0: { storage: local-lvm, size: 20G }\n    net0: { model: virtio, bridge: vmbr0 }';
  return `vms:\n  - count: ${guests}\n    vmid: auto\n    name: web-{{ index }}\n    node: ${nodeOf('c0', TEMPLATE)}\n    cores: 2\n    ${made}\n    state: running\n`;
}

async function measure(clusters, guests, what) {
  const snapshots =
    what === 'there'
      ? Array.from({ length: clusters }, (_, index) => snapshot(`c${index}`, 100 + index * guests, guests))
      : [withTemplate()];
  const text = what === 'there' ? documentOf(snapshots) : births(what, guests);
  const started = process.cpuUsage();
  const specs = await readDocument(text, what === 'there' ? 'bench.json' : 'bench.yml');
  if (!specs.ok) throw new Error(JSON.stringify(specs.diagnostics[0]));
  const read = process.cpuUsage(started);
  const planned = planDocument(
    specs.value,
    { clusters: snapshots, unreachable: [] },
    { allowDestroy: false },
  );
  if (!planned.ok) throw new Error(JSON.stringify(planned.diagnostics[0]));
  const all = process.cpuUsage(started);
  const milliseconds = (cpu) => (cpu.user + cpu.system) / 1000;
  const { plans, refusals } = planned.value;
  if (refusals.length > 0) throw new Error(JSON.stringify(refusals[0].diagnostics));
  return {
    changes: plans.flatMap(({ changes }) => changes).length,
    reading: milliseconds(read),
    milliseconds: milliseconds(all) - milliseconds(read),
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
}

function inChild({ clusters, guests, what }) {
  const argv = [fileURLToPath(import.meta.url), String(clusters), String(guests), what];
  const child = spawnSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(child.stdout);
}

const [clusters, guests, what] = process.argv.slice(2);
if (what === undefined) {
  const rows = [
    { clusters: 1, guests: 1000, what: 'there', wanted: 500 },
    { clusters: 1, guests: 1000, what: 'new', wanted: 500 },
    { clusters: 1, guests: 1000, what: 'clones', wanted: 500 },
    { clusters: 10, guests: 300, what: 'there', wanted: 2000 },
  ].map((row) => {
    const runs = [1, 2, 3].map(() => inChild(row));
    return { ...row, ...runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[0] };
  });
  for (const row of rows)
    console.log(
      `${String(row.clusters * row.guests).padStart(5)} guests (${row.what}), ${row.clusters * NODES} nodes: ${row.changes} changes in ${row.milliseconds.toFixed(0)} ms CPU (wanted: ${row.wanted}), and ${row.reading.toFixed(0)} for reading the document; ${row.megabytes.toFixed(0)} MB at most`,
    );
  process.exitCode = rows.every((row) => row.milliseconds < row.wanted) ? 0 : 1;
} else {
  console.log(JSON.stringify(await measure(Number(clusters), Number(guests), what)));
}
