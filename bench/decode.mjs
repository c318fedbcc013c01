// How long a cluster's files take to decode and normalise: 1,000 guests on 32 nodes, and ten times that.
// Run `npm run build` first, then: node bench/decode.mjs
import { decodeGuestConfig, effectiveOptions } from '../dist/pve/guest-config.js';
import { normalise } from '../dist/pve/normal-form.js';
import { optionSchema } from '../dist/pve/option-schema.js';
import { sectionKinds } from '../dist/pve/section-kinds/index.js';

const NODES = 32;
const storageFile = sectionKinds.find(({ kind }) => kind === 'storage');

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

function normalGuest(kind, text) {
  const options = Object.entries(effectiveOptions(decodeGuestConfig(kind, text)));
  return options.map(([option, value]) => {
    const schema = optionSchema(kind, option);
    return schema === undefined ? value : normalise(schema, value);
  });
}

function measure(guests) {
  const texts = Array.from({ length: guests }, (_, index) =>
    index % 3 === 0 ? ['container', container(100 + index)] : ['vm', vm(100 + index)],
  );
  const storage = storages();
  const started = process.cpuUsage();
  const normals = texts.map(([kind, text]) => normalGuest(kind, text));
  storageFile.inspect(storage);
  const { user, system } = process.cpuUsage(started);
  return {
    guests,
    milliseconds: (user + system) / 1000,
    megabytes: process.memoryUsage().rss / 1024 ** 2,
    kept: normals.length,
  };
}

for (const guests of [1000, 1000, 1000, 10_000]) {
  const { milliseconds, megabytes } = measure(guests);
  console.log(
    `${String(guests).padStart(6)} guests, ${NODES} nodes: ${milliseconds.toFixed(0)} ms CPU, ${megabytes.toFixed(0)} MB RSS`,
  );
}
