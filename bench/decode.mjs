// How long a cluster's files take to decode and normalise: 1,000 guests on 32 nodes, and more for how it grows.
// Each row is a process of its own, so nothing is warm: what one command of the CLI would take. CPU is of all threads.
// Run `npm run build` first, then: node bench/decode.mjs. Exit code 1: over 250 ms or 150 MB for 1,000 guests, or more
// than ten times that for 10,000.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fileKinds } from '../dist/pve/file-kinds.js';
import { decodeGuestConfig, effectiveOptions } from '../dist/pve/guest-config.js';
import { normalise } from '../dist/pve/normal-form.js';
import { optionSchema } from '../dist/pve/option-schema.js';

const NODES = 32;

function vm(vmid) {
  return `#Guest %C3%BC ${vmid}\nagent: 1\nboot: order=scsi0;net0\ncores: ${1 + (vmid % 8)}\ncpu: host,flags=+aes\nmemory: ${1024 * (1 + (vmid % 16))}\nmeta: creation-qemu=10.0.13,ctime=1795457463\nname: vm-${vmid}\nnet0: virtio=BC:24:11:${hex(vmid >> 16)}:${hex(vmid >> 8)}:${hex(vmid)},bridge=vmbr0,firewall=1,tag=${1 + (vmid % 4000)}\nonboot: 1\nostype: l26\nscsi0: local-lvm:vm-${vmid}-disk-0,discard=on,iothread=1,size=20G\nscsihw: virtio-scsi-single\nsmbios1: uuid=6b9d8018-89c3-41cb-9f27-e8bda9c4a960\ntags: prod;web\nvmgenid: 2af75821-8363-4c0d-a8fc-893be84dc793\n`;
}

function container(vmid) {
  return `arch: amd64\ncores: 2\nhostname: ct-${vmid}\nmemory: 1024\nnet0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:${hex(vmid >> 16)}:${hex(vmid >> 8)}:${hex(vmid)},ip=dhcp,type=veth\nonboot: 1\nostype: debian\nrootfs: local-lvm:vm-${vmid}-disk-0,size=8G\nswap: 512\ntags: infra\nunprivileged: 1\n`;
}

const hex = (number) => (number & 255).toString(16).padStart(2, '0').toUpperCase();

function storages() {
  return Array.from(
    { length: NODES },
    (_, node) =>
      `lvmthin: data${node}\n\tthinpool data\n\tvgname pve\n\tcontent images,rootdir\n\tnodes pve${node + 1}\n`,
  ).join('\n');
}

const interfaces = (node) =>
  `auto lo\niface lo inet loopback\n\niface nic0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 10.0.0.${node + 1}/24\n\tgateway 10.0.0.254\n\tbridge-ports nic0\n\tbridge-stp off\n\tbridge-fd 0\n`;

function vmlist(guests) {
  const ids = Object.fromEntries(
    guests.map(([kind], index) => [
      100 + index,
      { node: `pve${1 + (index % NODES)}`, type: kind === 'vm' ? 'qemu' : 'lxc', version: index + 1 },
    ]),
  );
  return JSON.stringify({ version: 1, ids });
}

/** What planning does to a guest: its options with pending ones laid over, each in normal form. */
function normalGuest(kind, text) {
  const options = Object.entries(effectiveOptions(decodeGuestConfig(kind, text)));
  return options.map(([option, value]) => {
    const schema = optionSchema(kind, option);
    return schema === undefined ? value : normalise(schema, value);
  });
}

/** A text as it comes from a node, in one piece; one put together here is not until it is first read. */
const received = (text) => Buffer.from(text).toString();

/** Decoded, checked and in normal form. */
const inspect = (name, text) => fileKinds.find(({ kind }) => kind === name).inspect(text).normal;

function measure(count) {
  const guests = Array.from({ length: count }, (_, index) =>
    index % 3 === 0 ? ['container', received(container(100 + index))] : ['vm', received(vm(100 + index))],
  );
  const shared = [
    ['storage', storages()],
    ['vmlist', vmlist(guests)],
    ...Array.from({ length: NODES }, (_, node) => ['interfaces', interfaces(node)]),
  ];
  const started = process.cpuUsage();
  const kept = [
    ...guests.map(([kind, text]) => normalGuest(kind, text)),
    ...shared.map(([kind, text]) => inspect(kind, text)),
  ];
  const { user, system } = process.cpuUsage(started);
  return {
    milliseconds: (user + system) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    kept: kept.length,
  };
}

function inChild(count) {
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(count)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(stdout);
}

const [own] = process.argv.slice(2);
if (own === undefined) {
  const rows = [1000, 1000, 1000, 3000, 10_000].map((guests) => ({ guests, ...inChild(guests) }));
  for (const { guests, milliseconds, megabytes } of rows)
    console.log(
      `${String(guests).padStart(6)} guests, ${NODES} nodes: ${milliseconds.toFixed(0)} ms CPU, ${megabytes.toFixed(0)} MB at most`,
    );
  const thousand = rows.filter(({ guests }) => guests === 1000);
  const best = Math.min(...thousand.map(({ milliseconds }) => milliseconds));
  const most = Math.max(...thousand.map(({ megabytes }) => megabytes));
  const isFast = best < 250 && most < 150 && rows.at(-1).milliseconds < 10 * best;
  process.exitCode = isFast ? 0 : 1;
} else {
  console.log(JSON.stringify(measure(Number(own))));
}
