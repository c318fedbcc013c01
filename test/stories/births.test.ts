import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const births = (extra = ''): string => `
vms:
  - count: 20
    vmid: auto
    name: web-{{ index }}
    clone: golden
    node: pve{{ index % 3 + 1 }}
    cores: 2
    ipconfig0: ip=dhcp
    scsi0: { storage: pool, size: 2G, discard: on, ssd: yes }
    pool: web
    state: running
  - vmid: 9000
    name: golden
    node: pve1
    template: yes
    scsi0: { storage: pool, size: 1G }
    ide2: "pool:cloudinit"
    net0: { model: virtio, bridge: vmbr0 }
  - { vmid: 300, name: disc, node: pve1, ide2: "local:iso/debian.iso", boot: order=ide2 }
${extra}`;

test('20 clones of a template that the same document makes are born on three nodes, and one comes back from an archive', async () => {
  const fleet = await openFleet();
  const prepared = await fleet.cli([
    'exec',
    'pve1',
    '--',
    'pvesm add dir pool --path /mnt/pool --shared 1 --content images,backup && pveum pool add web && mkdir -p /var/lib/vz/template/iso && echo disc > /var/lib/vz/template/iso/debian.iso',
  ]);
  expect(prepared).toMatchObject({ exit: 0 });
  const document = await fleet.write('web.yml', births());
  const applied = await fleet.cli(['apply', document, '--yes']);
  expect(applied.stderr).toBe('');
  expect(applied).toMatchObject({ exit: 0, stdout: expect.stringContaining('22 to add') });
  const macOf = (config = ''): string | undefined =>
    /virtio=(?<mac>[0-9A-F:]{17})/u.exec(config)?.groups?.['mac'];
  const configs = Array.from({ length: 20 }, (_, index) =>
    fleet.file(
      `pve${(index % 3) + 1}`,
      `/etc/pve/nodes/pve${(index % 3) + 1}/qemu-server/${100 + index}.conf`,
    ),
  );
  for (const [index, config] of configs.entries()) {
    expect(config).toMatch(new RegExp(`^name: web-${index}$`, 'mu'));
    expect(config).toMatch(
      /^scsi0: pool:9000\/base-9000-disk-0\.raw\/1[01]\d\/vm-1[01]\d-disk-\d\.qcow2,discard=on,size=2G,ssd=1$/mu,
    );
    expect(config).not.toMatch(/^(?:lock|template):/mu);
  }
  expect(new Set(configs.map((config) => macOf(config))).size).toBe(20);

  const again = await fleet.cli(['apply', document, '--yes']);
  expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to do: 22 resources') });

  // What comes from an archive keeps its MAC address; the line of the disk that was not in it is taken out of the description.
  const disk = await fleet.cli([
    'exec',
    'pve1',
    '--',
    'qm set 300 --description kept --net0 virtio,bridge=vmbr0 --scsi0 pool:1 --scsi1 pool:1,backup=0 && vzdump 300 --storage pool --quiet 1',
  ]);
  expect(disk).toMatchObject({ exit: 0 });
  const before = macOf(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/300.conf'));
  const [archive = ''] = fleet.names('pve1', '/mnt/pool/dump').filter((name) => name.includes('.vma'));
  const gone = await fleet.write('gone.yml', 'vms: [{ vmid: 300, state: absent }]\n');
  const destroyed = await fleet.cli(['apply', gone, '--yes', '--allow-destroy']);
  expect(destroyed).toMatchObject({ exit: 0, stdout: expect.stringContaining('destroys 2 disks') });
  const back = (words: string): string =>
    `vms: [{ vmid: 300, node: pve1, archive: "pool:backup/${archive}", ${words} }]\n`;
  const full = fleet.lab.faults.add('pve1', { kind: 'full', storage: 'pool' });
  const failed = await fleet.cli(['apply', await fleet.write('back.yml', back('memory: 1024')), '--yes']);
  expect(failed).toMatchObject({ exit: 3, stdout: expect.stringContaining('No space left on device') });
  expect(failed.stdout).toContain(
    'has failed and left an unfinished guest; it was taken back: qm destroy 300',
  );
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/300.conf')).toBeUndefined();
  full();
  const restored = await fleet.cli(['apply', await fleet.write('back.yml', back('memory: 1024')), '--yes']);
  expect(restored).toMatchObject({ exit: 0, stdout: expect.stringContaining('came back without a disk') });
  expect(macOf(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/300.conf'))).toEqual(before);
  const mended = await fleet.cli(['apply', `${fleet.directory}/back.yml`, '--yes']);
  expect(mended).toMatchObject({ exit: 0, stdout: expect.stringContaining('qm set 300 --description kept') });
});
