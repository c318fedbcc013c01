import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addInterface, removeInterface } from '../../src/pve/interfaces-add.ts';
import {
  removeInterfaceOption,
  setAutostart,
  setInterfaceComment,
  setInterfaceOption,
  setMethod,
} from '../../src/pve/interfaces-edit.ts';
import { interfaces } from '../../src/pve/interfaces-view.ts';
import { decodeInterfaces, encodeInterfaces, type InterfacesFile } from '../../src/pve/interfaces.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('interfaces');
const sample = (name: string): string => samples.find((file) => file.name.endsWith(`/${name}`))?.text ?? '';

const start = `auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet static
\taddress 10.10.10.11/24
\tgateway 10.10.10.1
\tbridge-ports nic0
\tbridge-stp off
\tbridge-fd 0

source /etc/network/interfaces.d/*

`;

const bridge = { 'bridge-ports': 'none', 'bridge-stp': 'off', 'bridge-fd': '0' };
const edited = (text: string, edit: (file: InterfacesFile) => InterfacesFile): string =>
  encodeInterfaces(edit(decodeInterfaces(text)));

describe('an interface that is added', () => {
  // What PVE 9.2 wrote for the same calls of pvesh create.
  test('stands where PVE writes it, as PVE writes it', () => {
    const one = edited(start, (file) =>
      addInterface(file, {
        name: 'vmbr1',
        family: 'inet',
        method: 'manual',
        autostart: true,
        options: bridge,
        comment: '',
      }),
    );
    const two = edited(one, (file) =>
      addInterface(file, {
        name: 'vmbr2',
        family: 'inet',
        method: 'static',
        autostart: true,
        options: {
          mtu: '9000',
          bridge_vids: '2-4094',
          bridge_vlan_aware: 'yes',
          ...bridge,
          address: '10.20.0.1/24',
        },
        comment: 'storage net',
      }),
    );
    const three = edited(two, (file) =>
      addInterface(file, {
        name: 'vlan60',
        family: 'inet',
        method: 'manual',
        autostart: false,
        options: { 'vlan-raw-device': 'vmbr1' },
        comment: '',
      }),
    );
    const four = edited(three, (file) =>
      addInterface(file, {
        name: 'nic1',
        family: 'inet',
        method: 'manual',
        autostart: false,
        options: {},
        comment: '',
      }),
    );
    expect(four).toBe(`auto lo
iface lo inet loopback

iface nic0 inet manual

iface nic1 inet manual

auto vmbr0
iface vmbr0 inet static
\taddress 10.10.10.11/24
\tgateway 10.10.10.1
\tbridge-ports nic0
\tbridge-stp off
\tbridge-fd 0

auto vmbr1
iface vmbr1 inet manual
\tbridge-ports none
\tbridge-stp off
\tbridge-fd 0

auto vmbr2
iface vmbr2 inet static
\taddress 10.20.0.1/24
\tbridge-ports none
\tbridge-stp off
\tbridge-fd 0
\tbridge-vlan-aware yes
\tbridge-vids 2-4094
\tmtu 9000
#storage net

iface vlan60 inet manual
\tvlan-raw-device vmbr1

source /etc/network/interfaces.d/*

`);
    for (const name of ['nic1', 'vlan60', 'vmbr2', 'vmbr1'])
      expect(interfaces(decodeInterfaces(four)).some((iface) => iface.name === name)).toBe(true);
    const names = ['vmbr1', 'vlan60', 'nic1', 'vmbr2'];
    expect(edited(four, (file) => names.reduce(removeInterface, file))).toBe(start);
  });

  test('leaves no option of it behind a broken line for the interface before, nor touches one that PVE does not read', () => {
    const kept = 'iface a inet manual\n';
    const gone = 'iface b inet manual\n\tmtu 9\n';
    const remove = (text: string): string => edited(text, (file) => removeInterface(file, 'b'));
    expect(remove(`${kept}${gone}broken\n\thwaddress x\n`)).toBe(`${kept}broken\n`);
    expect(remove(`${kept}${gone}iface c inet manual # x\n\tmtu 1\n`)).toBe(
      `${kept}iface c inet manual # x\n\tmtu 1\n`,
    );
  });

  test('is there when read again, in any file, and gone without a trace when removed', () => {
    for (const { text } of samples) {
      const file = decodeInterfaces(text);
      if (interfaces(file).some((iface) => iface.name === 'vmbr77')) continue;
      const added = addInterface(file, {
        name: 'vmbr77',
        family: 'inet',
        method: 'manual',
        autostart: true,
        options: bridge,
        comment: 'x',
      });
      const found = interfaces(decodeInterfaces(encodeInterfaces(added)));
      expect(found.find((iface) => iface.name === 'vmbr77')).toMatchObject({
        type: 'bridge',
        autostart: true,
        comments: ['x'],
      });
      expect(
        found.filter((iface) => iface.name !== 'vmbr77').map(({ name, options }) => ({ name, options })),
      ).toEqual(interfaces(file).map(({ name, options }) => ({ name, options })));
    }
  });
});

describe('an option that is set', () => {
  test.each([
    ['mtu', '1400', '\tbridge-fd 0\n\tmtu 1400\n'],
    ['gateway', '10.10.10.2', '\tgateway 10.10.10.2\n'],
    ['bridge_ports', 'nic0 nic1', '\tbridge-ports nic0 nic1\n'],
    ['bridge_vids', '2-100', '\tbridge-fd 0\n\tbridge-vids 2-100\n'],
    ['post-up', 'echo $HOME', '\tbridge-fd 0\n\tpost-up echo $HOME\n'],
  ])('%s changes its own line, or gets the one PVE would give it', (key, value, expected) => {
    const after = edited(start, (file) => setInterfaceOption(file, 'vmbr0', key, value));
    expect(after).toContain(expected);
    const gone = (text: string): readonly string[] =>
      text.split('\n').filter((line) => !expected.includes(`${line}\n`));
    expect(gone(after)).toEqual(
      gone(start).filter((line) => !line.startsWith(`\t${key.replace('_', '-')} `)),
    );
    expect(edited(after, (file) => setInterfaceOption(file, 'vmbr0', key, value))).toBe(after);
  });

  test('keeps the spelling, the indentation and the line end that are there', () => {
    expect(
      edited(sample('by-hand'), (file) => setInterfaceOption(file, 'eth0', 'gateway', '203.0.113.2', 'inet')),
    ).toBe(sample('by-hand').replace('gateway   203.0.113.1', 'gateway   203.0.113.2'));
    expect(edited(sample('by-hand'), (file) => setInterfaceOption(file, 'br0', 'bridge-ports', 'eth2'))).toBe(
      sample('by-hand').replace(/bridge_ports regex[^\n]*\n[^\n]*\n/u, 'bridge_ports eth2\n'),
    );
    expect(edited(sample('crlf'), (file) => setInterfaceOption(file, 'vmbr0', 'mtu', '9000'))).toBe(
      sample('crlf').replace('none\r\n', 'none\r\n\tmtu 9000\r\n'),
    );
    expect(edited(sample('no-last-newline'), (file) => setInterfaceOption(file, 'eth0', 'mtu', '9000'))).toBe(
      'auto eth0\niface eth0 inet dhcp\n\tmtu 9000\n',
    );
    expect(edited(sample('open-vswitch'), (file) => setInterfaceOption(file, 'vmbr0', 'mtu', '1500'))).toBe(
      sample('open-vswitch').replace(/ovs_mtu 9000\n$/u, 'ovs_mtu 1500\n'),
    );
  });

  test('goes to the family that is asked for', () => {
    const after = edited(sample('bridges'), (file) =>
      setInterfaceOption(file, 'vmbr0', 'address', '2001:db8::12/64', 'inet6'),
    );
    expect(after).toBe(sample('bridges').replace('2001:db8::11/64', '2001:db8::12/64'));
    const removed = edited(sample('bridges'), (file) =>
      removeInterfaceOption(file, 'vmbr0', 'gateway', 'inet6'),
    );
    expect(removed).toBe(sample('bridges').replace('\tgateway 2001:db8::1\n', ''));
  });

  test('is gone when removed, in each of its spellings', () => {
    expect(edited(sample('by-hand'), (file) => removeInterfaceOption(file, 'br0', 'bridge-stp'))).toBe(
      sample('by-hand').replace('    bridge_stp yes\n', ''),
    );
    expect(edited(start, (file) => removeInterfaceOption(file, 'vmbr0', 'mtu'))).toBe(start);
    expect(edited(start, (file) => setInterfaceOption(file, 'nosuch', 'mtu', '1'))).toBe(start);
  });

  test('is what is read then, for any sample, option and value', () => {
    const names = fc.constantFrom('mtu', 'bridge_ports', 'bond-mode', 'vlan-id', 'ovs_options');
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        names,
        fc.stringMatching(/^p[a-z0-9=:]{0,8}$/u),
        ({ text }, key, value) => {
          for (const { name, families } of interfaces(decodeInterfaces(text))) {
            const after = edited(text, (file) => setInterfaceOption(file, name, key, value));
            const own = interfaces(decodeInterfaces(after)).find((iface) => iface.name === name);
            if (families.length > 0) expect(Object.values(own?.options ?? {})).toContain(value);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('method, comment and start', () => {
  test('change their own lines', () => {
    expect(edited(start, (file) => setMethod(file, 'vmbr0', 'inet', 'manual'))).toBe(
      start.replace('vmbr0 inet static', 'vmbr0 inet manual'),
    );
    expect(edited(start, (file) => setInterfaceComment(file, 'vmbr0', 'hello\nworld\n'))).toBe(
      start.replace('bridge-fd 0\n', 'bridge-fd 0\n#hello\n#world\n'),
    );
    expect(edited(sample('bridges'), (file) => setInterfaceComment(file, 'vmbr0', ''))).toBe(
      sample('bridges').replace('#Uplink, port 7 on sw1\n', '').replace('#v6 since March\n', ''),
    );
    expect(edited(start, (file) => setAutostart(file, 'nic0', true))).toBe(
      start.replace('iface nic0', 'auto nic0\niface nic0'),
    );
    expect(edited(start, (file) => setAutostart(file, 'vmbr0', false))).toBe(
      start.replace('auto vmbr0\n', ''),
    );
    expect(edited(sample('by-hand'), (file) => setAutostart(file, 'eth0', false))).toBe(
      sample('by-hand').replace('auto lo eth0', 'auto lo'),
    );
    expect(edited(sample('by-hand'), (file) => setAutostart(file, 'lo', false))).toBe(
      sample('by-hand').replace('auto lo eth0', 'auto eth0'),
    );
  });
});
