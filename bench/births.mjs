// Makes 100 clones at once on three nodes of a lab, and looks whether each is whole and none has another's number, disk or
// MAC address. Run `npm run build` first, then: node bench/births.mjs [COUNT [full]]. Exit code 1: something is wrong.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainFleet } from '../lab/dist/fleet/definition.js';
import { startLab } from '../lab/dist/lab.js';

const bin = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));
const count = Number(process.argv[2] ?? 100);
const full = process.argv[3] === 'full' ? 'yes' : 'no';

const document = (storage) => `
vms:
  - { vmid: 9000, node: pve1, name: golden, template: yes, scsi0: "${storage}:1", net0: "virtio,bridge=vmbr0" }
  - count: ${count}
    vmid: auto
    name: web-{{ index }}
    node: pve{{ index % 3 + 1 }}
    clone: { from: golden, full: ${full} }
    cores: 2
    scsi0: { size: 2G }
    state: running
`;

const directory = mkdtempSync(join(tmpdir(), 'pvefleet-births-'));
const lab = await startLab({ fleet: plainFleet(3, '9') });
const key = join(directory, 'key');
writeFileSync(key, lab.clientKey.privateKey, { mode: 0o600 });
writeFileSync(join(directory, 'known_hosts'), lab.knownHostsText());
writeFileSync(join(directory, 'lab.yml'), lab.inventoryText(key, join(directory, 'known_hosts')));
const env = {
  ...process.env,
  PVEFLEET_INVENTORY: join(directory, 'lab.yml'),
  XDG_STATE_HOME: directory,
  NO_COLOR: '1',
};

function pvefleet(...args) {
  return new Promise((resolve) => {
    const child = spawn('node', [bin, ...args], { env });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('close', (exit) => resolve({ exit, text }));
  });
}

const wrong = [];
try {
  await pvefleet('exec', 'pve1', '--', 'pvesm add dir pool --path /mnt/pool --shared 1 --content images');
  const file = join(directory, 'births.yml');
  writeFileSync(file, document('pool'));
  const started = performance.now();
  const made = await pvefleet('apply', file, '--yes');
  const seconds = (performance.now() - started) / 1000;
  if (made.exit !== 0) wrong.push(`apply ended with ${made.exit}:\n${made.text.slice(-3000)}`);
  const macs = new Set();
  const disks = new Set();
  let found = 0;
  for (const { host, machine } of lab.nodes) {
    const folder = `/etc/pve/nodes/${host}/qemu-server`;
    for (const name of machine.files.list(folder)) {
      const config = machine.files.read(`${folder}/${name}`) ?? '';
      if (!/^name: web-\d+$/mu.test(config)) continue;
      found++;
      macs.add(/virtio=([0-9A-F:]+)/u.exec(config)?.[1]);
      disks.add(/^scsi0: ([^,]+),size=2G$/mu.exec(config)?.[1]);
      if (/^(?:lock|template):/mu.test(config)) wrong.push(`${name} on ${host} is not whole`);
    }
  }
  for (const [what, size] of Object.entries({ guests: found, 'MAC addresses': macs.size, disks: disks.size }))
    if (size !== count) wrong.push(`${size} ${what}; ${count} are wanted`);
  const again = await pvefleet('apply', file, '--yes');
  if (!again.text.includes('Nothing to do'))
    wrong.push(`a second apply finds something to do:\n${again.text.slice(-2000)}`);
  const waited = (made.text.match(/can't lock file|got timeout|lock request timeout/gu) ?? []).length;
  console.log(
    `${count} births (full: ${full}) in ${seconds.toFixed(1)} s, ${waited} lock time-outs, ${wrong.length} wrong`,
  );
} finally {
  await lab.close();
  rmSync(directory, { recursive: true, force: true });
}
for (const each of wrong) console.log(each);
process.exit(wrong.length === 0 ? 0 : 1);
