import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSections, encodeSections, sectionsOf } from '../../src/pve/section-config.ts';
import { setSectionOption } from '../../src/pve/section-edit.ts';
import { sectionKinds, sectionTables } from '../../src/pve/section-kinds/index.ts';
import { normalSections } from '../../src/pve/section-normal.ts';
import { ownSamples } from './section-samples.ts';

function normal(kind: string, text: string): unknown {
  const found = sectionKinds.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found.inspect(text).normal;
}

const dir = (...options: readonly string[]): string => `dir: a\n\tpath /a\n${lines(options)}`;
const nfs = (...options: readonly string[]): string => `nfs: a\n\tserver s\n\texport /e\n${lines(options)}`;
const vm = (...options: readonly string[]): string => `vm: 100\n${lines(options)}`;
const rule = (...options: readonly string[]): string => `node-affinity: aa\n${lines(options)}`;
const job = (...options: readonly string[]): string => `vzdump: a\n\tschedule 1:00\n${lines(options)}`;
const realm = (...options: readonly string[]): string =>
  `openid: oo\n\tissuer-url u\n\tclient-id c\n${lines(options)}`;
const flux = (...options: readonly string[]): string =>
  `influxdb: ff\n\tserver s\n\tport 1\n${lines(options)}`;
const lines = (options: readonly string[]): string => options.map((option) => `\t${option}\n`).join('');

describe('texts that mean the same to PVE have one normal form', () => {
  test.each([
    [
      'storage',
      'the order of options and sections',
      `${dir()}\nlvm: b\n\tvgname v\n`,
      'lvm: b\n  vgname   v\n\n# c\n\ndir: a\n path /a\n',
    ],
    ['storage', 'the case of a type', dir(), dir().replace('dir', 'DIR')],
    [
      'storage',
      'lists that are sets',
      dir('content iso,backup', 'nodes b a'),
      dir('content backup; iso', 'nodes a,b,a'),
    ],
    ['storage', 'a flag alone', dir('disable'), dir('disable 1')],
    ['storage', 'flags that are off', dir('disable 0', 'shared 0', 'is_mountpoint no'), dir()],
    [
      'storage',
      'defaults',
      dir('format raw', 'mkdir 1', 'create-subdirs 1', 'preallocation metadata'),
      dir(),
    ],
    [
      'storage',
      'content that is passed over',
      'lvm: aa\n\tvgname vg\n\tcontent images,iso\n',
      'lvm: aa\n\tvgname vg\n',
    ],
    ['mapping-dir', 'a zero between sections', 'aa\n\tmap node=n,path=/a\n', '0\naa\n\tmap node=n,path=/a\n'],
    ['domains', 'a comment that is no more than a zero', 'pam: pam\n\tcomment 0\n', ''],
    [
      'jobs',
      'what a sync removes',
      'realm-sync: a\n\tremove-vanished entry;acl\n',
      'realm-sync: a\n\tremove-vanished acl;entry\n',
    ],
    [
      'domains',
      'what a sync removes by default',
      'ldap: ll\n\tsync-defaults-options remove-vanished=entry;acl\n',
      'ldap: ll\n\tsync-defaults-options remove-vanished=acl;entry\n',
    ],
    ['storage', 'content left out', dir('content rootdir,images'), dir()],
    ['storage', 'shared storages', nfs('shared 1'), nfs()],
    ['storage', 'the mount point of a share', nfs('path /mnt/pve/a'), nfs()],
    ['storage', 'a mount point in other words', dir('is_mountpoint on'), dir('is_mountpoint 1')],
    [
      'storage',
      'counts of backups',
      dir('prune-backups keep-last=3,keep-daily=0'),
      dir('prune-backups keep-last=03'),
    ],
    ['storage', 'no count of backups', dir('prune-backups keep-last=0'), dir('prune-backups keep-all=1')],
    ['storage', 'keys of a property string', dir('bwlimit clone=1,move=2'), dir('bwlimit move=2,clone=1.0')],
    [
      'storage',
      'the implied local',
      '',
      'dir: local\n\tpath /var/lib/vz\n\tcontent backup,iso,vztmpl,snippets,rootdir,images\n\tprune-backups keep-all=1\n',
    ],
    [
      'storage',
      'nodes of local',
      'dir: local\n\tpath /var/lib/vz\n\tnodes a\n',
      'dir: local\n\tpath /var/lib/vz\n',
    ],
    ['storage', 'broken lines', dir('shared 1'), `${dir('shared 1')}broken\n`],
    ['storage', 'a second option that is dropped', dir('content iso', 'content backup'), dir('content iso')],
    ['storage', 'a first option that is dropped', dir('shared yes', 'shared 1'), dir('shared 1')],
    ['storage', 'a section that the last one overrides', `${dir()}\n${dir('shared 1')}`, dir('shared 1')],
    ['ha-resources', 'the spelling of a header', vm(), 'VM:100\n'],
    ['ha-resources', 'enabled and started', vm('state enabled'), vm('state started')],
    ['ha-resources', 'defaults', vm('state started', 'max_restart 1', 'max_relocate 01', 'failback 1'), vm()],
    ['ha-groups', 'priority nought', 'group: gg\n\tnodes b:2,a:0\n', 'group: gg\n\tnodes a;b:02\n'],
    [
      'ha-rules',
      'sets',
      rule('nodes b,a', 'resources vm:2,vm:1'),
      rule('nodes a:0 b', 'resources vm:1 vm:2', 'strict 0'),
    ],
    ['ha-rules', 'an escaped comment', rule('comment a%3a b'), rule('comment a: b')],
    [
      'replication',
      'zeros of an id, the default schedule',
      'local: 100-0\n\ttarget a\n',
      'local: 0100-00\n\ttarget a\n\tschedule */15\n',
    ],
    [
      'jobs',
      'an old word for lzo, another schedule text',
      job('compress 1'),
      job('compress lzo').replace('1:00', '01:00'),
    ],
    [
      'sdn-subnets',
      'a spelling of an address',
      'subnet: z-fd00::-64\n\tvnet v\n\tgateway fd00::1\n',
      'subnet: z-fd00::-64\n\tvnet v\n\tgateway FD00:0::1\n',
    ],
    ['jobs', 'guests of a backup', job('vmid 101,100'), job('vmid 100 101', 'enabled 1')],
    ['domains', 'built-in realms', '', 'pve: pve\n\tcomment Proxmox VE authentication server\n\npam: pam\n'],
    ['domains', 'flags of a realm', realm('autocreate 0', 'query-userinfo 1'), realm()],
    [
      'mapping-pci',
      'keys of a mapping',
      'aa\n\tmap node=n,id=10de:1eb8,path=0000:01:00\n',
      'aa\n\tmap path=0000:01:00,node=n,id=10de:1eb8\n\tmdev 0\n',
    ],
    ['sdn-zones', 'sets of nodes', 'simple: zz\n\tnodes b,a\n', 'simple: zz\n\tnodes a,b\n'],
    [
      'sdn-zones',
      'separators of peers',
      'vxlan: zz\n\tpeers 10.0.0.1, 10.0.0.2\n',
      'vxlan: zz\n\tpeers 10.0.0.1,10.0.0.2\n',
    ],
    [
      'sdn-vnets',
      'a tag',
      'vnet: vv\n\tzone z\n\ttag 020\n',
      'vnet: vv\n\tzone z\n\ttag 20\n\tvlanaware 0\n',
    ],
    ['sdn-ipams', 'the built-in IPAM', '', 'pve: pve\n'],
    [
      'sdn-fabrics',
      'interfaces',
      'ospf_node: f_n\n\tinterfaces name=a,ip=10.0.0.1/31\n\tinterfaces name=b\n',
      'ospf_node: f_n\n\tinterfaces name=b\n\tinterfaces ip=10.0.0.1/31,name=a\n',
    ],
    [
      'notifications',
      'words for yes',
      'matcher: mm\n\tdisable true\n\ttarget b\n\ttarget a\n',
      'matcher: mm\n\tdisable 1\n\ttarget a\n\ttarget b\n\tmode all\n',
    ],
    [
      'metrics',
      'a header without an id',
      'graphite:\n\tserver s\n\tport 2003\n\tmtu 1500\n',
      'graphite: graphite\n\tserver s\n',
    ],
    [
      'metrics',
      'defaults',
      flux('influxdbproto udp', 'verify-certificate 1', 'bucket proxmox', 'disable 0'),
      flux(),
    ],
  ])('%s: %s', (kind, _, a, b) => {
    expect(normal(kind, a)).toEqual(normal(kind, b));
  });
});

describe('texts that mean something else keep apart', () => {
  test.each([
    ['storage', 'a word for yes that PVE refuses', dir('shared yes'), dir('shared 1')],
    [
      'storage',
      'mkdir, which create-base-path follows',
      dir('mkdir 0', 'create-base-path 1'),
      dir('mkdir 0'),
    ],
    ['storage', 'everything kept, and nothing said', dir('prune-backups keep-all=1'), dir()],
    ['storage', 'content and none', dir('content none'), dir()],
    ['storage', 'an option that is unknown', dir('future 1'), dir()],
    ['storage', 'another local', '', 'dir: local\n\tpath /var/lib/vz\n'],
    [
      'storage',
      'a section swallowed for want of an empty line',
      `${dir()}lvm: b\n\tvgname v\n`,
      `${dir()}\nlvm: b\n\tvgname v\n`,
    ],
    ['storage', 'mount options in another order', nfs('options a,b'), nfs('options b,a')],
    ['ha-resources', 'a VM and a container', vm(), 'ct: 100\n'],
    ['ha-groups', 'priorities', 'group: gg\n\tnodes a:1\n', 'group: gg\n\tnodes a:10\n'],
    ['ha-rules', 'the order of rules', `${rule()}\nnode-affinity: bb\n`, `node-affinity: bb\n\n${rule()}`],
    ['jobs', 'a mode, which vzdump.conf may say too', job('mode snapshot'), job()],
    ['jobs', 'a type in capitals', job(), job().replace('vzdump', 'VZDump')],
    [
      'domains',
      'mode ldap, which hides secure',
      'ldap: ll\n\tsecure 1\n\tmode ldap\n',
      'ldap: ll\n\tsecure 1\n',
    ],
    ['domains', 'a comment that looks escaped', realm('comment 100%25'), realm('comment 100%2525')],
    [
      'mapping-pci',
      'the order of devices',
      'aa\n\tmap node=n,path=a\n\tmap node=n,path=b\n',
      'aa\n\tmap node=n,path=b\n\tmap node=n,path=a\n',
    ],
    [
      'sdn-zones',
      'the order of peers',
      'vxlan: zz\n\tpeers 10.0.0.1,10.0.0.2\n',
      'vxlan: zz\n\tpeers 10.0.0.2,10.0.0.1\n',
    ],
    ['notifications', 'a file that PVE refuses', 'matcher: mm\n', 'matcher: mm\n\tmode\n'],
    [
      'sdn-zones',
      'a no-break space, which is no white space',
      'vxlan: zz\n\tpeers 10.0.0.1 10.0.0.2\n',
      'vxlan: zz\n\tpeers 10.0.0.1\u00A010.0.0.2\n',
    ],
    ['metrics', 'another port of an InfluxDB', flux(), flux().replace('port 1', 'port 2003')],
  ])('%s: %s', (kind, _, a, b) => {
    expect(normal(kind, a)).not.toEqual(normal(kind, b));
  });
});

describe('laws', () => {
  const sample = fc.constantFrom(...ownSamples);

  test('spaces, comments and line order of options are no difference', () => {
    fc.assert(
      fc.property(sample, fc.infiniteStream(fc.nat(3)), ({ table, text }, picks) => {
        const pick = (): number => picks.next().value ?? 0;
        const config = decodeSections(table.dialect, text);
        const parts = config.parts.map((part) => {
          if (part.kind !== 'section') return part;
          return {
            ...part,
            lines: part.lines.flatMap((line) => {
              if (line.kind !== 'option' || line.value === '') return [line];
              const end = line.text.endsWith('\n') ? '\n' : '';
              const spaced = {
                ...line,
                text: `${' \t'.repeat(pick() + 1)}${line.key}${' '.repeat(pick() + 1)}${line.value}${end}`,
              };
              const comment = { kind: 'comment', text: ' # note\n' } as const;
              return table.dialect.comments && pick() === 0 ? [comment, spaced] : [spaced];
            }),
          };
        });
        const spaced = encodeSections({ ...config, parts });
        expect(normalSections(table, decodeSections(table.dialect, spaced))).toEqual(
          normalSections(table, config),
        );
      }),
    );
  });

  test('a value that is changed to another name makes another form', () => {
    const named = sectionTables.flatMap((table) =>
      ownSamples
        .filter((candidate) => candidate.table === table && candidate.accepted)
        .flatMap(({ text }) => {
          const config = decodeSections(table.dialect, text);
          return config.parts.flatMap((part) =>
            part.kind === 'section'
              ? part.lines.flatMap((line) =>
                  line.kind === 'option' ? [{ table, text, line: line.text }] : [],
                )
              : [],
          );
        }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...named),
        fc.stringMatching(/^[a-z]{5,9}$/u),
        ({ table, text, line }, word) => {
          const changed = text.replace(line, line.replace(/(?<=\S)[\t ]+\S.*$|$/mu, ` ${word}`));
          expect(normalSections(table, decodeSections(table.dialect, changed))).not.toEqual(
            normalSections(table, decodeSections(table.dialect, text)),
          );
        },
      ),
    );
  });

  test('the form of any text is made, and is its own JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sectionKinds), sample, fc.nat(), (kind, { text }, cut) => {
        const form = kind.inspect(text.slice(0, cut % (text.length + 1))).normal;
        expect(JSON.parse(JSON.stringify(form))).toEqual(form);
      }),
    );
  });

  /** Every option of every section of the samples that means nothing more than its absence. */
  const absences = ownSamples
    .filter(({ accepted }) => accepted)
    .flatMap(({ table, text }) => {
      const config = decodeSections(table.dialect, text);
      return sectionsOf(config).flatMap(({ id, type, lines: body }) => {
        const known = Object.hasOwn(table.types, type) ? table.types[type] : undefined;
        const absent = { ...table.absent, ...known?.absent };
        const own = new Set([...(known?.required ?? []), ...(known?.optional ?? [])]);
        return Object.entries(absent)
          .filter(([key]) => own.has(key) && !body.some((line) => line.kind === 'option' && line.key === key))
          .map(([key, value]) => ({ table, config, id, key, value }));
      });
    });

  test('an option that says what its absence means is no difference, and another value is one', () => {
    expect(absences.length).toBeGreaterThan(100);
    for (const { table, config, id, key, value } of absences) {
      const same = setSectionOption(table, config, id, key, value);
      expect(normalSections(table, same)).toEqual(normalSections(table, config));
      const other = setSectionOption(table, config, id, key, value === '0' ? '1' : `${value}7`);
      expect({ key, form: normalSections(table, other) }).not.toEqual({
        key,
        form: normalSections(table, config),
      });
    }
  });

  test('the parts of a set may stand in any order', () => {
    const list = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,6}$/u), { minLength: 2, maxLength: 5 });
    const places: readonly (readonly [string, (value: string) => string])[] = [
      ['storage', (value) => dir(`nodes ${value}`)],
      ['ha-groups', (value) => `group: gg\n\tnodes ${value}\n`],
      ['ha-rules', (value) => rule(`nodes ${value}`)],
      ['sdn-zones', (value) => `evpn: zz\n\texitnodes ${value}\n`],
    ];
    const separator = fc.constantFrom(',', ';', ' ', ', ');
    fc.assert(
      fc.property(fc.constantFrom(...places), list, separator, ([kind, write], names, between) => {
        const form = normal(kind, write(names.join(',')));
        expect(normal(kind, write(names.toReversed().join(between)))).toEqual(form);
        expect(normal(kind, write(names.slice(1).join(',')))).not.toEqual(form);
      }),
    );
  });
});
