import fc from 'fast-check';

type Args = Readonly<Record<string, unknown>>;

/** Spellings of a boolean that PVE takes. */
const flag = fc.constantFrom<unknown>(true, false, 'yes', 'no', 'on', 'off', 1, 0, '1', '0');
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/u);
const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((each) => each.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff\r]/gu, ''));
const tags = fc.array(fc.stringMatching(/^[a-z0-9_][a-z0-9_+.-]{0,6}$/u), { minLength: 1, maxLength: 3 });
const startup = fc.oneof(
  fc.nat(9).map((order) => `order=${order}`),
  fc.record({ order: fc.nat(9), up: fc.nat(60) }),
);
const gib = fc.integer({ min: 1, max: 64 });

const common = {
  onboot: flag,
  tags: fc.oneof(
    tags,
    tags.map((each) => each.join(';')),
  ),
  description: text,
  startup,
  protection: flag,
};

const vmOptions = {
  ...common,
  name,
  cores: fc.integer({ min: 1, max: 64 }),
  sockets: fc.integer({ min: 1, max: 4 }),
  memory: fc.oneof(fc.integer({ min: 16, max: 65536 }), fc.integer({ min: 16, max: 65536 }).map(String)),
  // No more than memory.
  balloon: fc.nat(16),
  cpu: fc.constantFrom('host', 'kvm64', 'host,flags=+aes', { cputype: 'x86-64-v2-AES' }),
  ostype: fc.constantFrom('l26', 'win11', 'other'),
  agent: fc.constantFrom<unknown>(1, 0, '1,fstrim_cloned_disks=1', { enabled: true, type: 'isa' }),
  scsihw: fc.constantFrom('virtio-scsi-pci', 'virtio-scsi-single', 'lsi'),
  ide2: fc.constantFrom(
    'none',
    'local:iso/debian.iso',
    'local:iso/debian.iso,media=cdrom',
    'local-lvm:cloudinit',
  ),
  affinity: fc.constantFrom('0-3', '1,2,5'),
  args: fc.constantFrom('-no-reboot', '-device x,y=z'),
  audio0: fc.constantFrom('device=AC97', { device: 'AC97', driver: 'none' }),
  bios: fc.constantFrom('ovmf', 'seabios'),
  boot: fc.constantFrom<unknown>('order=net0', { order: ['scsi0', 'net0'] }),
  cicustom: fc.constantFrom('user=local:snippets/u.yml'),
  cipassword: fc.constantFrom('geheim', '$5$x$y'),
  ciupgrade: flag,
  ciuser: name,
  cpulimit: fc.constantFrom<unknown>(0, 1.5, '2'),
  cpuunits: fc.integer({ min: 1, max: 10000 }),
  efidisk0: fc.constantFrom<unknown>('local-lvm:1,efitype=4m', { storage: 'local-lvm', efitype: '4m' }),
  // With pcie it wants a q35.
  hostpci0: fc.constantFrom<unknown>('01:00.0', { host: '01:00.0', rombar: false }),
  hotplug: fc.constantFrom('0', '1', 'network,disk', 'usb,cpu,network,cloudinit'),
  ipconfig0: fc.constantFrom<unknown>('ip=dhcp', { ip: '10.0.0.5/24', gw: '10.0.0.1' }),
  machine: fc.constantFrom('q35', 'pc-i440fx-6.2', { type: 'q35', viommu: 'virtio' }),
  nameserver: fc.constantFrom<unknown>('1.1.1.1', ['1.1.1.1', '8.8.8.8']),
  numa0: fc.constantFrom('cpus=0-1,memory=1024'),
  serial0: fc.constantFrom('socket', '/dev/ttyS0'),
  smbios1: fc.constantFrom('serial=QUJD,base64=1', { family: 'eA==' }),
  sshkeys: fc.constantFrom<unknown>('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx0 ops@x', [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx0',
    'ssh-rsa AAAAB3NzaC1yc2E= b',
  ]),
  tablet: flag,
  usb0: fc.constantFrom<unknown>('spice', { host: '1d6b:0002', usb3: 'on' }),
  // No more than there are.
  vcpus: fc.constant(1),
  vga: fc.constantFrom('qxl', 'std,memory=32'),
  vmgenid: fc.constantFrom<unknown>(0, 1),
};

const containerOptions = {
  ...common,
  hostname: name,
  cores: fc.integer({ min: 1, max: 64 }),
  memory: fc.integer({ min: 16, max: 65536 }),
  swap: fc.nat(4096),
  nameserver: fc.constantFrom<unknown>('1.1.1.1', ['1.1.1.1', '8.8.8.8'], '1.1.1.1 fe80::1'),
  searchdomain: fc.constantFrom('example.org', 'a.example b.example'),
  cmode: fc.constantFrom('tty', 'shell'),
  cpulimit: fc.constantFrom<unknown>(0, 1.5),
  dev0: fc.constantFrom<unknown>('/dev/null', { path: '/dev/null', uid: 5 }),
  env: fc.constantFrom<unknown>('A=b', ['A=b', 'LANG=C.UTF-8 x']),
  features: fc.constantFrom<unknown>('nesting=1', { mount: 'nfs;cifs', keyctl: 'no' }),
  'lxc.cap.drop': fc.constantFrom<unknown>('sys_time', ['b', 'a'], [''], ['', 'a']),
  'lxc.cgroup2.devices.allow': fc.constantFrom('c 10:200 rwm'),
  mp0: fc.constantFrom<unknown>('/srv/a,mp=/a', { volume: '/srv/a', mp: '/a', ro: true }),
  timezone: fc.constantFrom('host', 'Europe/Vienna'),
  tty: fc.nat(6),
};

/** A network card whole, for a slot that is empty, and in part, for one that is not. */
const net = {
  vm: {
    new: fc.constantFrom<unknown>(
      'virtio,bridge=vmbr0',
      { model: 'e1000', bridge: 'vmbr0', tag: 7 },
      { model: 'virtio', macaddr: 'bc:24:11:00:00:01', bridge: 'vmbr0', firewall: true },
    ),
    change: fc.constantFrom<unknown>(
      { tag: 9 },
      { firewall: 'on' },
      { bridge: 'vmbr0', tag: null },
      { model: 'virtio' },
    ),
  },
  container: {
    new: fc.constantFrom<unknown>('name=eth0,bridge=vmbr0,ip=dhcp', {
      name: 'eth0',
      bridge: 'vmbr0',
      ip: '10.0.0.9/24',
      gw: '10.0.0.1',
    }),
    change: fc.constantFrom<unknown>({ tag: 9 }, { ip: 'dhcp', gw: null }, { firewall: true }),
  },
};

/** A disk for an empty slot, and a larger one or other options for one that is not. */
function disk(when: 'new' | 'change', key: 'discard' | 'quota'): fc.Arbitrary<unknown> {
  const option =
    key === 'discard'
      ? fc.constantFrom<Args>({}, { discard: 'on' }, { discard: 'on', ssd: true })
      : fc.constantFrom<Args>({}, { quota: 1 });
  if (when === 'change') return fc.oneof(fc.record({ size: gib.map((size) => `${size + 64}G`) }), option);
  return fc.oneof(
    gib.map((size) => `local-lvm:${size}`),
    fc.tuple(gib, option).map(([size, more]) => ({ storage: 'local-lvm', size: `${size}G`, ...more })),
  );
}

/** To another storage or format, grown there perhaps. */
const moved = fc.constantFrom<Args>(
  { storage: 'other' },
  { storage: 'other', format: 'qcow2' },
  { storage: 'only1', size: '99G' },
);

/** Arguments of a guest with VMID 100: for one that is not there, or to change one that is. */
export function guestSpec(kind: 'vm' | 'container', when: 'new' | 'change'): fc.Arbitrary<Args> {
  const rows = kind === 'vm' ? vmOptions : containerOptions;
  const removable =
    when === 'change'
      ? Object.fromEntries(
          Object.entries(rows).map(([option, value]) => [
            option,
            // PVE lets no container be without; a disk's removal is another matter.
            (kind === 'container' && option === 'memory') || option === 'efidisk0'
              ? value
              : fc.option(value as fc.Arbitrary<unknown>, { freq: 5 }),
          ]),
        )
      : rows;
  // A guest that is protected keeps its disks as they are, which is a case of its own.
  const free = when === 'new' ? { protection: fc.constantFrom(false, 'no', 0) } : {};
  const optional = fc.record({ ...removable, ...free }, { requiredKeys: [] });
  const cards = when === 'new' ? { net0: net[kind].new } : { net0: net[kind].change };
  const disks: Record<string, fc.Arbitrary<unknown>> = kind === 'vm'
    ? {
        scsi0: when === 'new' ? disk(when, 'discard') : fc.oneof(disk(when, 'discard'), moved),
        scsi3: when === 'new' ? disk(when, 'discard') : fc.constant(null),
      }
    : { rootfs: disk(when, 'quota') };
  const whole =
    kind === 'container' && when === 'new' ? { ostemplate: fc.constant('local:vztmpl/x.tar.zst') } : {};
  return fc
    .tuple(
      optional,
      fc.record({ ...cards, ...disks, ...whole }),
      fc.constantFrom('present', 'running', 'stopped'),
    )
    .map(([some, all, state]) => ({
      vmid: 100,
      ...(when === 'new' && { node: 'pve1' }),
      ...some,
      ...all,
      ...(when === 'new' && { state }),
    }));
}
