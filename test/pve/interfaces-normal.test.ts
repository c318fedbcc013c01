import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interfacesFile } from '../../src/pve/interfaces-file-kind.ts';

const normal = (text: string): unknown => interfacesFile.inspect(text).normal;
const stanza = (name: string, ...options: readonly string[]): string =>
  [`iface ${name} inet static`, ...options.map((option) => `\t${option}`), ''].join('\n');

describe('files that mean the same', () => {
  test.each([
    ['address 10.0.0.1/24', 'address 10.0.0.1\n\tnetmask 255.255.255.0'],
    ['address 10.0.0.1/24', 'address 10.0.0.1\n\tnetmask 24'],
    ['address 10.0.0.1/32', 'address 10.0.0.1'],
    ['address fe80::1/64', 'address FE80:0::1\n\tnetmask 64'],
    ['bridge-ports a b', 'bridge_ports  b a'],
    ['bridge-ports none\n\tbridge-stp off\n\tbridge-fd 0', 'bridge-ports none'],
    ['bridge-ports none\n\tbridge-stp off', 'bridge_ports none\n\tbridge_stp no'],
    ['bridge-ports none\n\tbridge-vlan-aware yes', 'bridge-ports none\n\tbridge_vlan_aware on'],
    ['bridge-vids 2-4094', 'bridge-vids 2 3-100,101-4094'],
    ['bond-slaves a b\n\tbond-mode 4', 'bond_slaves b a\n\tbond_mode 802.3ad'],
    [
      'ovs_type OVSBridge\n\tovs_ports a b\n\tovs_mtu 9000',
      'mtu 9000\n\tovs_ports b  a\n\tovs_type OVSBridge',
    ],
    ['ovs_options tag=1 vlan_mode=access', 'ovs_options vlan_mode=access  tag=1'],
    ['post-up a\n\tmtu 9000', 'mtu\t9000\n  post_up   a'],
  ])('%j and %j', (a, b) => {
    expect(normal(stanza('x', a))).toEqual(normal(stanza('x', b)));
  });

  test.each([
    ['auto a\nauto b\n', 'allow-auto b  a\n'],
    [
      'iface bond0 inet manual\n\tbond-slaves a\n',
      'iface bond0 inet manual\n\tbond-slaves a\n\tbond-mode balance-rr\n',
    ],
    ['iface a.5 inet manual\n', '# told\niface a.5 inet manual\n\tvlan-raw-device a\n\tvlan-id 5\n'],
    ['', 'auto lo\niface lo inet loopback\n'],
    ['iface a inet manual\n\niface b inet manual\n', 'iface b inet manual\niface a inet manual\n'],
    [
      'iface a inet manual\n\tmtu 9\niface a inet6 auto\n',
      'iface a inet manual\niface a inet6 auto\n\tmtu 9\n',
    ],
    ['source  /a/*\r\n', 'source /a/*'],
  ])('%j and %j', (a, b) => {
    expect(normal(a)).toEqual(normal(b));
  });

  test('options behind an "iface" that only ifupdown2 reads, and behind what ends it, are apart', () => {
    expect(normal('iface a inet dhcp # x\nauto b\n\tmtu 9\n')).not.toEqual(
      normal('auto b\niface a inet dhcp # x\n\tmtu 9\n'),
    );
  });

  test('a bridge by hand, and what PVE 9.2 made of it when it was given an mtu', () => {
    const byHand =
      '\nauto vmbr9\niface vmbr9 inet manual\n\tbridge-ports none\n\tmystery-option 1\n\tmtu 1400\n#note\n';
    const written =
      'auto lo\niface lo inet loopback\n\nauto vmbr9\niface vmbr9 inet manual\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n\tmtu 1400\n\tmystery-option 1\n#note\n\n';
    expect(normal(byHand)).toEqual(normal(written));
  });

  test('any order of options and of stanzas, any white space around them', () => {
    const options = [
      'address 10.0.0.1/24',
      'gateway 10.0.0.2',
      'bridge-ports a b',
      'bridge-fd 3',
      'mtu 9000',
      'up x  y',
    ];
    const shuffled = fc.tuple(
      fc.shuffledSubarray(options, { minLength: options.length }),
      fc.shuffledSubarray(['v0', 'v1', 'v2'], { minLength: 3 }),
      fc.constantFrom('\t', '  ', ''),
      fc.constantFrom('\n', '\r\n', ' \n'),
    );
    const plain = ['v0', 'v1', 'v2'].map((name) => `auto ${name}\n${stanza(name, ...options)}\n`).join('');
    fc.assert(
      fc.property(shuffled, ([order, names, indent, end]) => {
        const lines = names.flatMap((name) => [
          `auto ${name}`,
          `iface  ${name} inet static`,
          ...order.map((option) => `${indent}${option.replace(' ', '   ')}`),
          '',
        ]);
        expect(normal(lines.join(end))).toEqual(normal(plain));
      }),
    );
  });
});

describe('files that mean something else', () => {
  test.each([
    ['address 10.0.0.1/24', 'address 10.0.0.1/25'],
    ['address 10.0.0.1\n\tnetmask 24', 'netmask 24\n\taddress 10.0.0.1'],
    ['address 10.0.0.1/24\n\taddress 10.0.0.2/24', 'address 10.0.0.2/24\n\taddress 10.0.0.1/24'],
    ['bridge-ports a', 'bridge-ports none'],
    ['bridge-ports none', 'mtu 1500'],
    ['bridge-ports none\n\tbridge-fd 2', 'bridge-ports none'],
    ['bridge-ports none\n\tbridge-vlan-aware yes', 'bridge-ports none\n\tbridge-vlan-aware no'],
    ['bridge-ports glob a b', 'bridge-ports b glob a'],
    ['bridge-vids 2-4094', 'bridge-vids 2-4093'],
    ['ovs_options tag=1', 'ovs_options tag=2'],
    ['up a\n\tup b', 'up b\n\tup a'],
    ['up echo "a  b"', 'up echo "a b"'],
    ['mtu 9000\n\tmtu 1500', 'mtu 1500\n\tmtu 9000'],
    ['vlan-raw-device a', 'vlan_raw_device a'],
    ['bridge-ports a b', 'bridge-ports a \\\n\tb'],
    ['mtu 9000', '\n\tmtu 9000'],
    ['mtu 9000\n#a', 'mtu 9000\n#b'],
  ])('%j and %j', (a, b) => {
    expect(normal(stanza('x', a))).not.toEqual(normal(stanza('x', b)));
  });

  test.each([
    ['iface a inet manual\n', 'iface a inet dhcp\n'],
    ['iface a inet manual\n', 'iface a inet6 manual\n'],
    ['iface a inet manual\n', 'iface a\n'],
    ['iface a inet manual\n', 'auto a\niface a inet manual\n'],
    ['auto a\n', 'allow-hotplug a\n'],
    ['source /a\n', 'source-directory /a\n'],
    ['source /a\nsource /b\n', 'source /b\nsource /a\n'],
    ['# a\niface a inet manual\n', '# a\\\niface a inet manual\n'],
  ])('%j and %j', (a, b) => {
    expect(normal(a)).not.toEqual(normal(b));
  });
});
