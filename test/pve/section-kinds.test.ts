import { describe, expect, test } from 'vitest';
import type { Inspected } from '../../src/pve/file-kind.ts';
import { sectionKinds, sectionTables } from '../../src/pve/section-kinds/index.ts';
import { foreignSamples, ownSamples, recordedChanges } from './section-samples.ts';

const inspect = (kind: string, text: string): Inspected => {
  const found = sectionKinds.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found.inspect(text);
};

const findings = (kind: string, text: string): readonly string[] =>
  inspect(kind, text).findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`);

describe('what PVE takes is no error', () => {
  test.each([...ownSamples, ...foreignSamples].filter(({ accepted }) => accepted))(
    '$name',
    ({ table, text }) => {
      expect(inspect(table.kind, text).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  test('in what real PVE wrote', () => {
    for (const { table, recording, after } of recordedChanges()) {
      expect({ recording, findings: inspect(table.kind, after).findings }).toEqual({
        recording,
        findings: [],
      });
    }
  });
});

test.each(ownSamples.filter(({ accepted }) => !accepted))('$name has errors', ({ table, text }) => {
  const errors = inspect(table.kind, text).findings.filter(({ severity }) => severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
});

describe('findings', () => {
  test('of a storage.cfg, each with its line', () => {
    const text = ownSamples.find(({ name }) => name === 'storage/broken-lines.cfg')?.text ?? '';
    expect(findings('storage', text)).toEqual([
      '1 warning storage/doubled',
      '3 error storage/value-refused',
      '4 error storage/unknown-option',
      '5 error storage/broken-line',
      '6 error storage/doubled-option',
      '8 error storage/broken-line',
      '10 error storage/id-refused',
      '13 error storage/option-missing',
      '17 error storage/value-refused',
      '19 error storage/doubled-option',
      '20 error storage/broken-line',
      '21 error storage/value-refused',
    ]);
  });

  test('say what was probably meant', () => {
    const [finding] = inspect('storage', 'dir: aa\n\tpath /x\n\tcontnet iso\n').findings;
    expect(finding?.message).toBe('"contnet" is no option of type dir; did you mean "content"?');
  });

  test('of a header that follows without an empty line', () => {
    const [finding] = inspect('storage', 'dir: aa\n\tpath /x\ndir: bb\n').findings;
    expect(finding).toEqual({
      line: 3,
      severity: 'error',
      code: 'storage/broken-line',
      message:
        '"dir: bb" stands inside of storage "aa"; an empty line above it is wanted, without white space',
    });
  });

  test.each([
    ['a type of a plugin is a warning', 'storage', 'mine: aa\n\tx y\n', ['1 warning storage/unknown-type']],
    [
      'content that is passed over is a warning',
      'storage',
      'lvm: aa\n\tvgname vg\n\tcontent iso\n',
      ['3 warning storage/odd-value'],
    ],
    [
      'what PVE 8 took is a warning',
      'storage',
      'dir: aa\n\tpath /x\n\tmaxfiles 3\n',
      ['3 warning storage/retired-option'],
    ],
    [
      'keep-all beside others',
      'storage',
      'dir: aa\n\tpath /x\n\tprune-backups keep-all=1,keep-last=2\n',
      ['3 error storage/odd-value'],
    ],
    [
      'keys inside of a value',
      'storage',
      'dir: aa\n\tpath /x\n\tprune-backups keep-lats=2\n',
      ['3 error storage/value-refused'],
    ],
    ['a path that PVE fills in is not missing', 'storage', 'nfs: aa\n\tserver s\n\texport /x\n', []],
    [
      'fleecing without a storage',
      'jobs',
      'vzdump: a\n\tschedule 1:00\n\tfleecing 1\n',
      ['3 error jobs/odd-value'],
    ],
    [
      'a comment where the Rust library reads',
      'sdn-fabrics',
      '# x\nospf_fabric: a\n\tarea 0\n',
      ['1 error sdn-fabrics/broken-line'],
    ],
    ['a guest that HA has not', 'ha-resources', 'vm: 0100\n', ['1 error ha-resources/id-refused']],
  ])('%s', (_, kind, text, expected) => {
    expect(findings(kind, text)).toEqual(expected);
  });
});

test('a value is what people and programs read', () => {
  const text = 'vzdump: a\n\tschedule 1:00\n\tcomment x%3Ay\n\tall\n\texclude-path /a\n\texclude-path /b\n';
  expect(inspect('jobs', text).value).toEqual([
    {
      type: 'vzdump',
      id: 'a',
      options: { schedule: '1:00', comment: 'x:y', all: true, 'exclude-path': ['/a', '/b'] },
    },
  ]);
});

describe('kind', () => {
  test.each(ownSamples.filter(({ name }) => /plain|installed|every/u.test(name)))(
    'of $name is certain by its text',
    ({ table, text }) => {
      const certain = sectionKinds
        .filter((kind) => kind.looksLike(text) === 'certain')
        .map(({ kind }) => kind);
      expect(certain).toEqual([table.kind]);
    },
  );

  test.each([
    '',
    'hello world\n',
    'cores: 2\nmemory: 512\n',
    'auto lo\niface lo inet loopback\n',
    '[group x]\n',
    'totem {\n  version: 2\n}\n',
  ])('of %j is none of ours', (text) => {
    expect(sectionKinds.filter((kind) => kind.looksLike(text) !== 'no')).toEqual([]);
  });

  test.each([
    ['/etc/pve/storage.cfg', 'storage'],
    ['/etc/pve/ha/rules.cfg', 'ha-rules'],
    ['/etc/pve/priv/notifications.cfg', 'notifications'],
    ['/etc/pve/mapping/usb.cfg', 'mapping-usb'],
    ['/etc/pve/sdn/fabrics.cfg', 'sdn-fabrics'],
    ['/etc/pve/status.cfg', 'metrics'],
  ])('of %s is told by its path', (path, expected) => {
    expect(sectionKinds.filter((kind) => kind.path.test(path)).map(({ kind }) => kind)).toEqual([expected]);
  });

  test('has options that its table describes, and samples', () => {
    for (const { kind, types } of sectionTables) {
      expect(ownSamples.filter(({ table }) => table.kind === kind).length).toBeGreaterThan(1);
      for (const { table, required, optional, absent = {} } of Object.values(types)) {
        const names = [...required, ...optional];
        expect({ kind, missing: names.filter((name) => !Object.hasOwn(table, name)) }).toEqual({
          kind,
          missing: [],
        });
        expect({ kind, doubled: names.filter((name, at) => names.indexOf(name) !== at) }).toEqual({
          kind,
          doubled: [],
        });
        expect({ kind, unknown: Object.keys(absent).filter((name) => !names.includes(name)) }).toEqual({
          kind,
          unknown: [],
        });
      }
    }
  });

  test('names no option in forms, absences and mentions that none of its types has', () => {
    for (const {
      kind,
      types,
      forms = {},
      absent = {},
      mentions = {},
      texts = [],
      unordered = [],
    } of sectionTables) {
      const names = new Set(
        Object.values(types).flatMap(({ required, optional }) => [...required, ...optional]),
      );
      const used = [forms, absent, mentions].flatMap((table) => Object.keys(table));
      expect({ kind, unknown: [...used, ...texts, ...unordered].filter((name) => !names.has(name)) }).toEqual(
        {
          kind,
          unknown: [],
        },
      );
    }
  });
});

describe('mentions', () => {
  const refs = (kind: string, text: string): readonly string[] =>
    inspect(kind, text).refs.map(({ kind: thing, name, line }) => `${line} ${thing} ${name}`);

  test.each([
    [
      'storage',
      'lvm: a\n\tvgname v\n\tbase lun:0.0.0.x\n\tnodes pve1,pve2\n',
      ['3 storage lun', '4 node pve1', '4 node pve2'],
    ],
    ['ha-resources', 'vm: 100\n\tgroup rack\n', ['1 guest 100', '2 ha-group rack']],
    ['ha-groups', 'group: rack\n\tnodes pve1:2,pve2\n', ['2 node pve1', '2 node pve2']],
    [
      'ha-rules',
      'node-affinity: aa\n\tnodes pve1:2\n\tresources vm:100,ct:101\n',
      ['2 node pve1', '3 guest 100', '3 guest 101'],
    ],
    ['replication', 'local: 100-0\n\ttarget pve2\n', ['1 guest 100', '2 node pve2']],
    [
      'jobs',
      'vzdump: a\n\tvmid 100,101\n\tpool prod\n\tstorage nas\n\tnode pve1\n\tfleecing enabled=1,storage=fast\n',
      ['2 guest 100', '2 guest 101', '3 pool prod', '4 storage nas', '5 node pve1', '6 storage fast'],
    ],
    ['jobs', 'realm-sync: a\n\trealm corp\n', ['2 realm corp']],
    ['mapping-usb', 'key\n\tmap id=1:2,node=pve1\n', ['2 node pve1']],
    ['sdn-zones', 'vlan: zz\n\tbridge vmbr0\n\tnodes pve1\n', ['2 bridge vmbr0', '3 node pve1']],
    ['sdn-vnets', 'vnet: vv\n\tzone zz\n', ['2 zone zz']],
    ['sdn-subnets', 'subnet: zz-10.0.0.0-24\n\tvnet vv\n', ['2 vnet vv']],
    ['sdn-fabrics', 'ospf_fabric: ff\n\tarea 0\n\nospf_node: ff_pve1\n', ['4 fabric ff', '4 node pve1']],
    ['notifications', 'smtp: ss\n\tmailto-user root@pam\n', ['2 user root@pam']],
  ])('%s %j', (kind, text, expected) => {
    expect(refs(kind, text)).toEqual(expected);
  });

  test('what a file defines, and what is there anyway', () => {
    expect(inspect('storage', '\nnfs: nas\n').defines).toEqual([
      { kind: 'storage', name: 'local', line: 1 },
      { kind: 'storage', name: 'nas', line: 2 },
    ]);
    expect(inspect('domains', 'ldap: corp\n').defines.map(({ name }) => name)).toEqual([
      'pam',
      'pve',
      'corp',
    ]);
    expect(inspect('sdn-fabrics', 'ospf_fabric: ff\n\nospf_node: ff_pve1\n').defines).toEqual([
      { kind: 'fabric', name: 'ff', line: 1 },
    ]);
    expect(inspect('sdn-vnets', 'vnet: vv\n').defines.map(({ kind }) => kind)).toEqual(['vnet', 'bridge']);
  });
});

describe('large files', () => {
  test('ten thousand HA resources are read', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `vm: ${index + 100}\n\tstate started\n\n`).join(
      '',
    );
    const { findings: found, refs, encoded } = inspect('ha-resources', text);
    expect([found.length, refs.length]).toEqual([0, 10_000]);
    expect(encoded === text).toBe(true);
  });

  test('a section of two hundred thousand lines, broken or not, is read', () => {
    const broken = `dir: aa\n\tpath /x\n${'x\n'.repeat(200_000)}`;
    expect(inspect('storage', broken).findings).toHaveLength(200_000);
    const mapped = `key\n${'\tmap id=1234:5678,node=pve1\n'.repeat(20_000)}`;
    expect(inspect('mapping-usb', mapped).refs).toHaveLength(20_000);
  });
});
