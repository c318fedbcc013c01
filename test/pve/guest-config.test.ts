import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeGuestConfig,
  effectiveOptions,
  encodeGuestConfig,
  options,
  pendingOptions,
  rawOptions,
  sectionOptions,
  snapshotNames,
} from '../../src/pve/guest-config.ts';
import type { GuestKind } from '../../src/pve/option-schema.ts';
import { sampleConfigs } from './sample-configs.ts';

const kinds: readonly GuestKind[] = ['vm', 'container'];

/** Pieces that configs are made of, whole and broken, in any order. */
const configText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '[PENDING]',
        '[pve:pending]',
        '[snap1]',
        '[special:cloudinit]',
        '[x y]',
        '[',
        '#',
        '##',
      ),
      fc.constantFrom(
        'cores: 2',
        'cores:',
        'delete: a,b',
        'lxc.idmap = u 0 1',
        'description: a%20b',
        'snapstate: delete',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe.each(kinds)('a %s config', (kind) => {
  test('comes out of encode as it went into decode, for every sample file', () => {
    for (const { name, text } of sampleConfigs(kind)) {
      expect({ name, text: encodeGuestConfig(decodeGuestConfig(kind, text)) }).toEqual({ name, text });
    }
  });

  test('comes out of encode as it went into decode, for any text', () => {
    fc.assert(
      fc.property(configText, (text) => {
        expect(encodeGuestConfig(decodeGuestConfig(kind, text))).toBe(text);
      }),
    );
  });
});

const read = (kind: GuestKind, name: string) => {
  const sample = sampleConfigs(kind).find((file) => file.name === `samples/${kind}/${name}.conf`);
  return decodeGuestConfig(kind, sample?.text ?? '');
};

describe('what a config says', () => {
  test('current, pending and effective options of a VM', () => {
    const config = read('vm', 'pending');
    expect(options(config)).toMatchObject({ cores: '2', memory: '1024', scsihw: 'virtio-scsi-pci' });
    expect(pendingOptions(config)).toEqual({
      set: { cores: '4', memory: '4096', scsihw: 'virtio-scsi-single' },
      remove: ['balloon', 'ide2'],
    });
    expect(effectiveOptions(config)).toEqual({
      ...options(config),
      cores: '4',
      memory: '4096',
      scsihw: 'virtio-scsi-single',
    });
  });

  test('a pending delete takes the option away in what is effective', () => {
    const config = read('container', 'pending');
    expect(options(config)['features']).toBe('nesting=1');
    expect(effectiveOptions(config)['features']).toBeUndefined();
    expect(effectiveOptions(config)['nameserver']).toBe('9.9.9.9');
    expect(pendingOptions(config).set).toEqual({ cores: '2', nameserver: '9.9.9.9' });
  });

  test('snapshots by name, each with its own options and description', () => {
    const config = read('vm', 'snapshots');
    expect(snapshotNames(config)).toEqual(['first', 'second']);
    expect(options(config)).toMatchObject({ description: 'now', memory: '1024', parent: 'second' });
    expect(sectionOptions(config, 'snapshot:first')).toMatchObject({
      description: 'before the update',
      memory: '512',
    });
  });

  test('cloud-init and fleecing sections keep to themselves', () => {
    const config = read('vm', 'cloudinit');
    expect(options(config)['ipconfig0']).toBe('ip=10.0.0.4/24,gw=10.0.0.1');
    expect(sectionOptions(config, 'special:cloudinit')['ipconfig0']).toBe('ip=10.0.0.3/24,gw=10.0.0.1');
    expect(snapshotNames(config)).toEqual([]);
  });

  test('a description is decoded from its comment lines, empty ones and "#" included', () => {
    expect(options(read('vm', 'description'))['description']).toBe(
      'Web server of the shop\n\n# Owners: Zoë, Jörg\n50% of the load',
    );
    expect(options(read('container', 'description'))['description']).toBe(
      'Mail relay\n\ntel: +43 1 000, büro',
    );
  });

  test('a description that was written by hand is read as it stands', () => {
    expect(options(read('vm', 'umlauts-by-hand'))['description']).toBe(
      ' grüße von Hand: nicht kodiert\n 100% ist kein Code, %zz auch nicht',
    );
  });

  test('raw lxc lines and the environment of a container', () => {
    const config = read('container', 'raw');
    expect(rawOptions(config)).toEqual([
      { key: 'lxc.cgroup2.devices.allow', value: 'c 188:* rwm' },
      { key: 'lxc.mount.entry', value: '/dev/dri dev/dri none bind,optional,create=dir' },
      { key: 'lxc.idmap', value: 'u 0 100000 1000' },
    ]);
    expect(options(config)['env']).toBe('FOO=bar\0TOKEN=a=b');
  });

  test('of an option or section given twice the last counts, and cdrom is ide2', () => {
    const config = read('vm', 'doubled');
    expect(options(config)).toEqual({ name: 'two', ide2: 'local:iso/debian.iso,media=cdrom', memory: '512' });
    expect(pendingOptions(config).set).toEqual({ cores: '2' });
    expect(config.warnings.map((warning) => warning.line)).toEqual([10]);
  });

  test('CRLF line ends are no part of a value', () => {
    expect(options(read('vm', 'crlf'))).toMatchObject({ cores: '2', name: 'dos' });
    expect(pendingOptions(read('container', 'crlf')).set).toEqual({ hostname: 'dos2' });
  });

  test('what PVE writes for an empty value is one space', () => {
    expect(options(read('vm', 'odd-values'))).toMatchObject({
      boot: ' ',
      tags: ' ',
      args: '-device "x,y=z"',
    });
  });

  test('names that every object has are no options', () => {
    expect(options(read('vm', 'plain'))['constructor']).toBeUndefined();
    expect(options(decodeGuestConfig('vm', 'constructor: x\n'))['constructor']).toBe('x');
  });
});

describe('what PVE would warn of', () => {
  test('broken lines of a VM, by number', () => {
    const config = read('vm', 'broken-lines');
    expect(config.warnings.map((warning) => `${warning.line} ${warning.message}`)).toEqual([
      '2 "this is no option" is no line of a config; "key: value" is wanted',
      '3 "cores 2" is no line of a config; "key: value" is wanted',
      '4 "Memory: 512" is no line of a config; "key: value" is wanted',
      '6 "=nothing" is no line of a config; "key: value" is wanted',
      '7 section "a" is unknown; PVE skips it',
      '9 section "unknown section" is unknown; PVE skips it',
      '13 "delete" is only read among the pending changes',
    ]);
    expect(options(config)).toEqual({ name: 'broken', memory: '512' });
  });

  test('a container has no special sections, and [PENDING] is a snapshot of its own', () => {
    const config = read('container', 'broken-lines');
    expect(config.warnings.map((warning) => warning.line)).toEqual([2, 3, 4, 7]);
    expect(snapshotNames(config)).toEqual(['PENDING']);
    expect(sectionOptions(config, 'snapshot:PENDING')).toEqual({ cores: '2', memory: '512' });
  });

  test('nothing in the files that PVE wrote', () => {
    for (const name of ['plain', 'description', 'pending', 'snapshots']) {
      for (const kind of kinds) expect(read(kind, name).warnings).toEqual([]);
    }
  });
});
