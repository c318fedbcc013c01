import { beforeEach, expect, test } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve, runPveWith } from './run-pve.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx0 ops@x';
const CONF = '/etc/pve/qemu-server/100.conf';
let node: Machine;

beforeEach(() => {
  const machine = freshNodes(['pve1']).get('pve1');
  if (machine === undefined) throw new Error('no node');
  node = machine;
});

/** The parts of the config: current, pending, what cloud-init's drive lacks. */
const config = (): string => node.files.read(CONF) ?? '';

test('a password is read from the input, twice, and kept crypted; keys are read from a file', async () => {
  await runPve(node, 'qm create 100');
  expect(await runPveWith('geheim\nanders\n', node, 'qm set 100 --cipassword')).toMatchObject({
    exit: 255,
    stderr: 'passwords do not match\n',
  });
  expect(await runPveWith('geheim\n', node, 'qm set 100 --cipassword')).toMatchObject({
    stderr: 'EOF while reading password\n',
  });
  await runPveWith('geheim\ngeheim\n', node, 'qm set 100 --cipassword --cores 2');
  await runPveWith(`${KEY}\n`, node, 'qm set 100 --sshkeys /dev/stdin');
  expect(config()).toMatch(/^cipassword: \$5\$[^$]+\$[./0-9A-Za-z]{43}\ncores: 2\n/mu);
  expect(config()).toContain('sshkeys: ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIJx0%20ops%40x%0A\n');
});

test("what cloud-init's drive lacks is noted while the VM runs, until it is made anew", async () => {
  await runPve(node, 'qm create 100 --ide2 local-lvm:cloudinit --ciuser a --ipconfig0 ip=dhcp');
  await runPve(node, 'qm start 100');
  await runPve(node, 'qm set 100 --ciuser b --searchdomain x.y --delete ipconfig0');
  const noted = '\n[special:cloudinit]\nadded: searchdomain\nciuser: a\nipconfig0: ip=dhcp\n';
  expect(config()).toContain(noted);
  await runPve(node, 'qm set 100 --ciuser a');
  expect(config()).toContain('\n[special:cloudinit]\nadded: searchdomain\nipconfig0: ip=dhcp\n');
  expect(await runPve(node, 'qm cloudinit update 100')).toMatchObject({ exit: 0, stderr: '' });
  expect(config()).not.toContain('special');
});

test('memory, CPUs and USB come into a running VM where hotplug names them', async () => {
  await runPve(node, 'qm create 100 --memory 2048 --cores 4 --numa 1 --vcpus 1 --ostype l26');
  await runPve(node, 'qm set 100 --hotplug usb,cpu,memory');
  await runPve(node, 'qm start 100');
  await runPve(node, 'qm set 100 --memory 4096 --vcpus 4 --usb0 spice --cores 8');
  expect(config()).toMatch(/^memory: 4096\n[^[]*usb0: spice\nvcpus: 4\n[^[]*\[PENDING\]\ncores: 8\n$/mu);
  expect((await runPve(node, 'qm set 100 --memory 512')).stderr).toContain(
    "memory: hotplug problem - memory can't be lower than 1024 MB",
  );
});
