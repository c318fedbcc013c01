import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interfacesFile } from '../../src/pve/interfaces-file-kind.ts';
import { interfaces, type Interface } from '../../src/pve/interfaces-view.ts';
import { decodeInterfaces, encodeInterfaces } from '../../src/pve/interfaces.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('interfaces');
const sample = (name: string): string => samples.find((file) => file.name.endsWith(`/${name}`))?.text ?? '';
const read = (name: string): Readonly<Record<string, Interface>> =>
  Object.fromEntries(interfaces(decodeInterfaces(sample(name))).map((iface) => [iface.name, iface]));

/** Pieces that such files are made of, whole and broken, in any order. */
const interfacesText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'auto lo',
        'iface eth0 inet static',
        '\tmtu 1500',
        '\tbridge-ports a \\',
        '# x',
        '#\\',
        '',
      ),
      fc.constantFrom(
        'source /x/*',
        'mapping a',
        'iface',
        ' auto  a b ',
        'allow-vmbr0 x',
        'iface v inet6',
        '\\',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n', ' \\\n').map((end) => lines.join(end)));

describe('the file of interfaces', () => {
  test('comes out of encode as it went into decode, for every sample', () => {
    expect(samples.length).toBeGreaterThan(8);
    for (const { name, text } of samples)
      expect({ name, text: encodeInterfaces(decodeInterfaces(text)) }).toEqual({ name, text });
  });

  test('comes out of encode as it went into decode, for any text, and nothing throws', () => {
    fc.assert(
      fc.property(interfacesText, (text) => {
        expect(interfacesFile.inspect(text).encoded).toBe(text);
      }),
    );
  });

  test('gets no error where PVE takes it', () => {
    for (const { name, text } of samples) {
      const errors = interfacesFile.inspect(text).findings.filter(({ severity }) => severity === 'error');
      expect({ name, errors }).toEqual({ name, errors: [] });
    }
  });

  test('is known by its look and by its path', () => {
    expect(interfacesFile.looksLike(sample('by-hand'))).toBe('certain');
    expect(interfacesFile.looksLike(sample('crlf'))).toBe('certain');
    expect(interfacesFile.looksLike('cores: 2\n')).toBe('no');
    expect(interfacesFile.path.test('/etc/network/interfaces.d/sdn')).toBe(true);
    expect(interfacesFile.path.test('/etc/network/interfaces.new')).toBe(true);
    expect(interfacesFile.path.test('/etc/network/if-up.d/x')).toBe(false);
  });
});

describe('what PVE reads', () => {
  test('a bridge with both families, its comments joined', () => {
    expect(read('bridges')['vmbr0']).toEqual({
      name: 'vmbr0',
      type: 'bridge',
      line: 13,
      autostart: true,
      families: ['inet', 'inet6'],
      method: 'static',
      method6: 'static',
      address: '192.0.2.11',
      netmask: '24',
      cidr: '192.0.2.11/24',
      gateway: '192.0.2.1',
      address6: '2001:db8::11',
      netmask6: '64',
      cidr6: '2001:db8::11/64',
      gateway6: '2001:db8::1',
      ports: ['nic0'],
      comments: ['Uplink, port 7 on sw1', 'v6 since March'],
      options: {
        bridge_ports: 'nic0',
        bridge_stp: 'off',
        bridge_fd: '0',
        bridge_vlan_aware: '1',
        bridge_vids: '2-4094',
      },
      unknown: ['post-up ip -6 route add 2001:db8:ffff::/48 via 2001:db8::2 dev vmbr0'],
    });
    expect(read('bridges')['vmbr1']).toMatchObject({ type: 'bridge', ports: [], options: { mtu: '9000' } });
    expect(read('bridges')['nic0']).toMatchObject({ type: 'eth', autostart: false, method: 'manual' });
  });

  test.each([
    [
      'bonds-and-vlans',
      'bond0',
      { type: 'bond', ports: ['eno1', 'eno2'], options: { bond_mode: '802.3ad' } },
    ],
    ['bonds-and-vlans', 'vmbr0.30', { type: 'vlan', cidr: '10.30.0.4/24' }],
    [
      'bonds-and-vlans',
      'storage',
      { type: 'vlan', options: { 'vlan-id': '40', 'vlan-raw-device': 'bond0' } },
    ],
    ['bonds-and-vlans', 'vlan50', { type: 'vlan', method: 'dhcp', autostart: false }],
    ['open-vswitch', 'vmbr0', { type: 'OVSBridge', ports: ['bond0', 'mgmt'], options: { mtu: '9000' } }],
    ['open-vswitch', 'bond0', { type: 'OVSBond', ports: ['enp3s0', 'enp4s0'] }],
    ['open-vswitch', 'mgmt', { type: 'OVSIntPort', address: '10.9.0.2', options: { ovs_options: 'tag=9' } }],
    ['by-hand', 'lo', { type: 'loopback', autostart: true, method: 'loopback' }],
    ['by-hand', 'eth0', { type: 'eth', cidr: '203.0.113.9/24', netmask: '24', method6: 'auto' }],
    ['by-hand', 'eth1', { type: 'eth', autostart: true, method: 'dhcp' }],
    ['by-hand', 'br0', { type: 'bridge', families: [null], cidr: '10.1.0.1/24', cidr6: '2001:db8:1::1/64' }],
    ['by-hand', 'br0', { options: { bridge_stp: 'on', bridge_fd: '15', bridge_vids: '10,20 30-40' } }],
    ['crlf', 'vmbr0', { type: 'bridge', cidr: '10.0.0.2/24', comments: ['dos'] }],
    ['broken-lines', 'eth1', { cidr: '10.0.1.1/24', options: {} }],
    ['broken-lines', 'eth2', { options: {} }],
  ])('in %s: %s', (file, name, expected) => {
    expect(read(file)[name]).toMatchObject(expected);
  });

  test('an address without a mask is one host, and has no mask of its own', () => {
    const [, found] = interfaces(decodeInterfaces('auto lo\niface a inet static\n\taddress 10.0.0.1\n'));
    expect(found).toMatchObject({ address: '10.0.0.1', cidr: '10.0.0.1/32' });
    expect(found).not.toHaveProperty('netmask');
  });

  test('of two stanzas for one family, comments and unknown options of the last', () => {
    const text = 'iface a inet manual\n\tup x\n#1\niface a inet6 manual\n#6\niface a inet manual\n\tup y\n';
    expect(interfaces(decodeInterfaces(text))).toMatchObject([{ comments: ['1', '6'], unknown: ['up y'] }]);
  });

  test('bridges are defined, ports and devices are mentioned', () => {
    const { defines, refs } = interfacesFile.inspect(sample('bonds-and-vlans'));
    expect(defines).toEqual([{ kind: 'bridge', name: 'vmbr0', line: 22 }]);
    expect(refs.map(({ name, line }) => `${line} ${name}`)).toEqual([
      '16 eno1',
      '16 eno2',
      '25 bond0',
      '30 vmbr0',
      '38 bond0',
      '41 bond0',
    ]);
  });
});

describe('what is told of a file', () => {
  const told = (text: string): readonly string[] =>
    interfacesFile
      .inspect(text)
      .findings.map(({ line, severity, code }) => `${line} ${severity} ${code.slice(11)}`);

  test('broken lines, and where ifupdown2 and PVE read differently', () => {
    expect(told(sample('broken-lines'))).toEqual([
      '1 warning broken-line',
      '2 warning broken-line',
      '3 warning broken-line',
      '6 warning broken-line',
      '7 warning stray-option',
      '12 warning stray-option',
      '13 warning continued-line',
      '15 warning broken-line',
    ]);
    expect(told(sample('by-hand'))).toEqual(['27 warning continued-line']);
  });

  test('nothing of what PVE wrote', () => {
    for (const name of ['bridges', 'bonds-and-vlans', 'open-vswitch', 'generated-sdn', 'empty'])
      expect({ name, told: told(sample(name)) }).toEqual({ name, told: [] });
  });

  test.each([
    [
      'iface vmbr0 inet manual\n\tbridge-ports a\niface vmbr1 inet manual\n\tbridge-ports b a\n',
      '4 error port-used-twice',
    ],
    [
      'iface vmbr0 inet manual\n\tbridge-ports eth0\niface eth0 inet static\n\taddress 10.0.0.1/8\n',
      '3 error port-with-address',
    ],
    ['iface eth0.4095 inet manual\n', '1 error vlan-id'],
    ['iface eth0.9 inet manual\n\tvlan-protocol 802.1x\n', '2 error vlan-protocol'],
    ['iface bond0 inet manual\n\tbond-slaves a b\n\tbond-primary c\n', '3 error bond-primary'],
    ['iface bond0 inet manual\n\tovs_type OVSBond\n\tovs_options bond_mode=802.3ad\n', '3 error bond-mode'],
    [
      'iface a inet static\n\tgateway 10.0.0.1\niface b inet static\n\tgateway 10.0.0.2\n',
      '4 warning second-gateway',
    ],
    ['iface br0 inet manual\n\tbridge-ports none\n\tbridge-vlan-aware no\n', '3 warning vlan-aware'],
    [
      'iface br0 inet manual\n\tbridge-ports none\n\tbridge-stp on\n\tbridge-fd 0\n',
      '4 warning forward-delay',
    ],
    ['iface a inet manual\n\tmtu 1500\n\tmtu 9000\n', '3 warning repeated-option'],
    ['iface a inet static\n\taddress 10.0.0.1/8\n\taddress 10.0.0.2/8\n', '3 warning repeated-option'],
    ['iface a inet manual\niface a inet6 auto\niface a inet dhcp\n', '3 warning repeated-stanza'],
  ])('%j: %s', (text, expected) => {
    expect(told(text)).toEqual([expected]);
  });
});
