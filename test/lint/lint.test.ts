import { expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

interface Given {
  readonly bridges?: Readonly<Record<string, readonly string[]>>;
  readonly nodes?: readonly string[];
  /** Files of nodes: node → path → text. */
  readonly own?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Findings as "path:line code", of a copy of /etc/pve with these files below it. */
function findings(
  files: Readonly<Record<string, string>>,
  { bridges = {}, nodes = [], own = {} }: Given = {},
) {
  const shared = Object.entries(files).map(([path, text]) => source(`/etc/pve/${path}`, text));
  const ofNodes = Object.entries(own).flatMap(([node, all]) =>
    Object.entries(all).map(([path, text]) => ({ ...source(path, text), file: `${node}${path}`, node })),
  );
  const report = lint(
    {
      files: [],
      trees: [{ files: [...shared, ...ofNodes], nodes, bridges: new Map(Object.entries(bridges)) }],
    },
    undefined,
  );
  return report.files.flatMap(({ source: { file }, findings: all }) =>
    all.map(({ line, severity, code, message }) => ({ at: `${file}:${line}`, severity, code, message })),
  );
}

function source(path: string, text: string) {
  return {
    file: path.replace('/etc/pve/', ''),
    relative: path,
    bytes: Buffer.from(text),
    path,
    named: false,
  };
}

const storage =
  'dir: local\n\tpath /var/lib/vz\n\tcontent iso\n\nlvmthin: thin\n\tthinpool data\n\tvgname pve\n\tcontent images\n';
const vm = (...lines: readonly string[]): string => `${lines.join('\n')}\nmemory: 512\n`;

test('a storage that is not defined, by the line that names it', () => {
  const guest = vm(
    'ide2: none,media=cdrom',
    'scsi0: gone:vm-100-disk-0,size=1G',
    'scsi1: thin:vm-100-disk-1,size=1G',
  );
  expect(findings({ 'storage.cfg': storage, 'nodes/pve1/qemu-server/100.conf': guest })).toEqual([
    {
      at: 'nodes/pve1/qemu-server/100.conf:2',
      severity: 'warning',
      code: 'tree/no-storage',
      message: 'there is no storage "gone"; local, thin are there',
    },
  ]);
});

test('what a copy does not say is not checked', () => {
  const guest = vm('net0: virtio=BC:24:11:00:00:01,bridge=vmbr7', 'scsi0: gone:vm-100-disk-0,size=1G');
  expect(findings({ 'nodes/pve1/qemu-server/100.conf': guest })).toEqual([]);
  const elsewhere = storage.replace('\tcontent images', '\tcontent images\n\tnodes pve7');
  expect(findings({ 'storage.cfg': elsewhere, 'nodes/pve1/qemu-server/100.conf': vm() })).toEqual([]);
});

test('local is a storage though storage.cfg leaves it out', () => {
  const guest = vm('scsi0: local:100/vm-100-disk-0.raw,size=1G');
  expect(findings({ 'storage.cfg': '', 'nodes/pve1/qemu-server/100.conf': guest })).toEqual([]);
});

test('bridges: of the node that the guest is on, live or configured, and VNets', () => {
  const guest = (bridge: string): string => vm(`net0: virtio=BC:24:11:00:00:01,bridge=${bridge}`);
  const files = { 'sdn/zones.cfg': 'simple: z\n', 'sdn/vnets.cfg': 'vnet: v1\n\tzone z\n' };
  const on = (bridge: string, given: Given) =>
    findings({ ...files, 'nodes/pve1/qemu-server/100.conf': guest(bridge) }, given).map(({ code }) => code);
  const live = { bridges: { pve1: ['vmbr0'] } };
  const configured = {
    own: {
      pve1: { '/etc/network/interfaces': 'auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports none\n' },
    },
  };
  for (const given of [live, configured]) {
    expect(on('vmbr0', given)).toEqual([]);
    expect(on('v1', given)).toEqual([]);
    expect(on('vmbr1', given)).toEqual(['tree/no-bridge']);
  }
  expect(on('vmbr1', { bridges: { pve2: ['vmbr0'] } })).toEqual([]);
});

test('guests, nodes, pools, zones that are not there', () => {
  expect(
    findings(
      {
        'nodes/pve1/qemu-server/100.conf': vm(),
        'storage.cfg': storage.replace('\tcontent images', '\tcontent images\n\tnodes pve1,pve9'),
        'ha/resources.cfg': 'vm: 100\n\nvm: 101\n',
        'jobs.cfg': 'vzdump: j\n\tschedule daily\n\tpool p\n\tstorage local\n',
        'user.cfg': 'pool:q:::\n',
        'sdn/zones.cfg': '',
        'sdn/vnets.cfg': 'vnet: v1\n\tzone z\n',
      },
      { nodes: ['pve1', 'pve2'] },
    ).map(({ at, code }) => `${at} ${code}`),
  ).toEqual([
    'ha/resources.cfg:3 tree/no-guest',
    'jobs.cfg:3 tree/no-pool',
    'sdn/vnets.cfg:2 tree/no-zone',
    'storage.cfg:9 tree/no-node',
  ]);
});

test('a MAC of two cards; snapshots, templates and other clusters are no second', () => {
  const card = 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0';
  const guest = vm(card);
  expect(
    findings({
      'nodes/pve1/qemu-server/100.conf': `${guest}\n[snap]\n${card}\nsnaptime: 1\n`,
      'nodes/pve1/qemu-server/101.conf': `${guest}template: 1\n`,
    }),
  ).toEqual([]);
  expect(
    findings({
      'nodes/pve1/qemu-server/100.conf': guest,
      'nodes/pve2/lxc/200.conf':
        'hostname: a\nnet0: name=eth0,bridge=vmbr0,hwaddr=bc:24:11:00:00:01,type=veth\nrootfs: local:200/vm-200-disk-0.raw,size=1G\n',
    }).map(({ at, code, message }) => `${at} ${code} ${message}`),
  ).toEqual([
    'nodes/pve1/qemu-server/100.conf:1 tree/doubled-mac MAC BC:24:11:00:00:01 is also that of nodes/pve2/lxc/200.conf:2; each card needs its own',
    'nodes/pve2/lxc/200.conf:2 tree/doubled-mac MAC BC:24:11:00:00:01 is also that of nodes/pve1/qemu-server/100.conf:1; each card needs its own',
  ]);
});

test('aliases, IP sets and groups of the firewall, where PVE looks for them', () => {
  const cluster = '[ALIASES]\nOffice 10.0.0.1\n[IPSET admins]\n10.0.0.2\n[group web]\nIN ACCEPT\n';
  const own = '[ALIASES]\nhere 10.0.0.3\n[IPSET mine]\nhere\n[RULES]\n';
  const rules = (file: string, head: string, ...lines: readonly string[]): readonly string[] =>
    findings({ 'firewall/cluster.fw': cluster, [file]: `${head}${lines.join('\n')}\n` }).map(
      ({ severity, code, message }) => `${severity} ${code} ${message}`,
    );
  const found = [
    'OFFICE',
    'dc/office',
    'here',
    'guest/HERE',
    '+admins',
    '+dc/admins',
    '+mine',
    '+guest/mine',
  ];
  const made = ['local_network', '+management', '+v1-all', '+sdn/v1-gateway', '+guest-ipam-100'];
  const inRules = (names: readonly string[]) => names.map((name) => `IN ACCEPT -source ${name}`);
  expect(rules('firewall/100.fw', own, ...inRules([...found, ...made]), 'GROUP web')).toEqual([]);
  expect(
    rules(
      'firewall/100.fw',
      own,
      ...inRules(['guest/office', 'dc/here', '+guest/admins', '+Admins', 'ofice']),
    ),
  ).toEqual([
    'warning tree/no-alias there is no alias "guest/office"; here is there',
    'warning tree/no-alias there is no alias "dc/here"; office is there',
    'warning tree/no-ipset there is no IP set "guest/admins"; mine is there',
    'warning tree/no-ipset there is no IP set "Admins"; mine, admins are there; did you mean "admins"?',
    'warning tree/no-alias there is no alias "ofice"; here, office are there; did you mean "office"?',
  ]);
  // A node has no names of its own, and a group is found as it is written.
  expect(
    rules('nodes/pve1/host.fw', '[RULES]\n', ...inRules(['office', 'guest/office']), 'GROUP Web'),
  ).toEqual([
    `warning tree/no-alias there is no alias "guest/office"; one in [ALIASES] of the guest's own file is wanted`,
    'warning tree/no-security-group there is no security group "Web"; web is there',
  ]);
});

test('what a rule of a firewall file names stands above it', () => {
  const below = '[RULES]\nIN ACCEPT -source +late\nIN ACCEPT -source +early\n[IPSET late]\n10.0.0.1\n';
  expect(findings({ 'firewall/cluster.fw': `[IPSET early]\n${below}` })).toEqual([
    {
      at: 'firewall/cluster.fw:3',
      severity: 'warning',
      code: 'tree/no-ipset',
      message:
        'IP set "late" is defined below, at line 5, and pve-firewall reads from the top; above is wanted',
    },
  ]);
});

test('without cluster.fw only what a guest must have itself is looked for', () => {
  const rules = '[RULES]\nIN ACCEPT -source +aa\nIN ACCEPT -source dc/bb\nIN ACCEPT -source +guest/cc\n';
  expect(findings({ 'firewall/100.fw': rules }).map(({ at }) => at)).toEqual(['firewall/100.fw:4']);
});

test("SDN's sets are those of VNets and guests that are there", () => {
  const rules =
    '[RULES]\nFORWARD ACCEPT -source +sdn/v1-all -dest +sdn/v2-gateway\nIN ACCEPT -source +sdn/guest-ipam-7\n';
  const files = { 'sdn/vnets.cfg': 'vnet: v1\n\tzone z\n', 'nodes/pve1/qemu-server/100.conf': vm() };
  expect(
    findings({ ...files, 'firewall/cluster.fw': rules }).map(({ at, message }) => `${at} ${message}`),
  ).toEqual([
    'firewall/cluster.fw:2 there is no SDN VNet "v2"; v1 is there',
    'firewall/cluster.fw:3 there is no guest "7"; 100 is there',
  ]);
});

test('a VMID that two configs have is an error, as pmxcfs has each once', () => {
  expect(
    findings({ 'nodes/pve1/qemu-server/100.conf': vm(), 'nodes/pve2/lxc/100.conf': 'hostname: a\n' }).map(
      ({ at, severity, code }) => `${at} ${severity} ${code}`,
    ),
  ).toEqual([
    'nodes/pve1/qemu-server/100.conf:1 error tree/doubled-vmid',
    'nodes/pve2/lxc/100.conf:1 error tree/doubled-vmid',
  ]);
});

test('files of a copy that are of no known kind are told apart, whatever they hold', () => {
  const report = lint(
    {
      files: [],
      trees: [{ files: [source('/etc/pve/notes/storage.cfg', storage)], nodes: [], bridges: new Map() }],
    },
    undefined,
  );
  expect(report).toMatchObject({ files: [], untold: [{ source: { file: 'notes/storage.cfg' } }] });
});
