import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFleet } from './fleet.ts';

const vmConf = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const ctConf = '/etc/pve/nodes/pve1/lxc/200.conf';

const storages = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup,import,snippets

lvmthin: local-lvm
	thinpool data
	vgname pve
	content images,rootdir

dir: files
	path /mnt/files
	content images,rootdir
`;

/** The head of a qcow2 file of 1 GiB. */
function image(): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.writeUInt32BE(0x51_46_49_fb, 0);
  bytes.writeBigUInt64BE(1024n ** 3n, 24);
  return bytes;
}

/** Serves the image, and counts how often it is asked for. */
async function serveImage(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(image());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/debian-13.qcow2`, asked: () => asked };
}

test('disks from an image by URL, grown, moved while the VM runs, detached, attached, destroyed', async () => {
  const fleet = await openFleet();
  const { url, asked } = await serveImage();
  fleet.lab.nodes[0]?.machine.files.write('/etc/pve/storage.cfg', storages);
  const checksum = `sha256:${createHash('sha256').update(image()).digest('hex')}`;
  const from = `import-from: "${url}", checksum: "${checksum}"`;
  const converged = async () =>
    expect(await fleet.cli(['apply', join(fleet.directory, 'lab.yml2'), '--yes'])).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('Nothing to do'),
    });
  const apply = async (vm: string, container: string, ...flags: string[]) => {
    const file = await fleet.write(
      'lab.yml2',
      [
        'vms:',
        `  - { vmid: 100, node: pve1, name: web, ${vm} }`,
        'containers:',
        `  - { vmid: 200, node: pve1, ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst", ${container} }`,
        '',
      ].join('\n'),
    );
    const ran = await fleet.cli(['apply', file, '--yes', ...flags]);
    return ran;
  };

  const made = await apply(
    `state: running, scsi0: { storage: local-lvm, size: 4G, ${from} }, scsi1: { storage: local-lvm, ${from} }, ide2: "local-lvm:cloudinit", cicustom: { storage: local, user: "#cloud-config\\nhostname: geheim\\n" }`,
    'state: running, rootfs: "local-lvm:1", mp0: "local-lvm:2,mp=/data"',
  );
  expect([made.exit, made.stderr]).toEqual([0, '']);
  await converged();
  expect(asked()).toBe(1);
  const snippet = /local:(?<path>snippets\/\S+)/u.exec(fleet.file('pve1', vmConf) ?? '')?.groups?.['path'];
  expect(fleet.file('pve1', `/var/lib/vz/${snippet}`)).toBe('#cloud-config\nhostname: geheim\n');
  expect(JSON.stringify(await fleet.journal()) + made.stdout).not.toContain('geheim');
  expect(fleet.file('pve1', vmConf)).toContain(
    'scsi0: local-lvm:vm-100-disk-0,size=4G\nscsi1: local-lvm:vm-100-disk-1,size=1G\n',
  );

  const moved = await apply(
    'scsi0: { storage: files, format: qcow2, size: 6G }',
    'mp0: { storage: files }, restart: if-needed',
  );
  expect([moved.exit, moved.stderr]).toEqual([0, '']);
  await converged();
  expect(moved.stdout).toContain('copies scsi0 (4G) from local-lvm to files, while the VM runs');
  expect(fleet.file('pve1', vmConf)).toMatch(
    /^scsi0: files:100\/vm-100-disk-0\.qcow2,size=6G\n[^]*^unused0: local-lvm:vm-100-disk-0$/mu,
  );
  expect(fleet.file('pve1', ctConf)).toMatch(
    /^mp0: files:200\/vm-200-disk-0\.raw,mp=\/data,size=2G\n[^]*^unused0: local-lvm:vm-200-disk-1$/mu,
  );

  const back = await fleet.cli(['rollback', 'last', '--yes']);
  expect(back.exit).toBe(2);
  expect(back.stderr).toContain('Cannot bring back scsi0.file of vm/100');

  const swapped = await apply(
    'scsi1: null, scsi2: "local-lvm:vm-100-disk-0"',
    'mp0: null, mp1: "local-lvm:vm-200-disk-1,mp=/old", restart: if-needed',
  );
  expect([swapped.exit, swapped.stderr]).toEqual([0, '']);
  await converged();
  expect(fleet.file('pve1', vmConf)).toMatch(
    /^scsi2: local-lvm:vm-100-disk-0,size=4G\n[^]*^unused0: local-lvm:vm-100-disk-1$/mu,
  );
  expect(fleet.file('pve1', ctConf)).toMatch(
    /^mp1: local-lvm:vm-200-disk-1,mp=\/old,size=2G\n[^]*^unused0: files:200\/vm-200-disk-0\.raw$/mu,
  );

  await fleet.write(
    'other.yml',
    'vms: [{ vmid: 101, node: pve1, name: other, scsi0: "local-lvm:1", state: running }]\n',
  );
  expect(await fleet.cli(['apply', join(fleet.directory, 'other.yml'), '--yes'])).toMatchObject({ exit: 0 });
  const reassign = ['reassign', '100', '--target-vmid', '101', '--yes', '--disk'];
  expect(await fleet.cli([...reassign, 'scsi2', '--target-disk', 'scsi1'])).toMatchObject({ exit: 6 });
  const given = await fleet.cli([...reassign, 'unused0', '--target-disk', 'scsi1']);
  expect([given.exit, given.stderr]).toEqual([0, '']);
  expect(fleet.file('pve1', vmConf)).not.toContain('unused');
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toContain(
    'scsi1: local-lvm:vm-101-disk-1,size=1G\n',
  );
  expect(await apply('scsi2: null', 'unused0: null')).toMatchObject({ exit: 6 });
  expect(await apply('scsi2: null', 'cores: 1')).toMatchObject({ exit: 0 });
  expect(await apply('unused0: null', 'unused0: null')).toMatchObject({ exit: 6 });
  const plan = ['plan', join(fleet.directory, 'lab.yml2'), '--out', join(fleet.directory, 'lab.plan')];
  expect(await fleet.cli([...plan, '--allow-destroy'])).toMatchObject({ exit: 0 });
  const applySaved = ['apply', join(fleet.directory, 'lab.plan'), '--yes'];
  expect(await fleet.cli(applySaved)).toMatchObject({ exit: 6 });
  expect(await fleet.cli([...applySaved, '--allow-destroy', '--max-destroys', '1'])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('it destroys 2 things; at most 1 is allowed'),
  });
  expect(await fleet.cli([...applySaved, '--allow-destroy'])).toMatchObject({ exit: 0 });
  expect(fleet.file('pve1', vmConf)).not.toContain('unused');
  expect(fleet.file('pve1', ctConf)).not.toContain('unused');
});
