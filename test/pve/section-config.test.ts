import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSections,
  encodeSections,
  findSection,
  optionValues,
  readSections,
  sectionsOf,
} from '../../src/pve/section-config.ts';
import {
  haResourceDialect,
  jobDialect,
  mappingDialect,
  metricDialect,
  perlDialect,
  replicationDialect,
  rustDialect,
  type SectionDialect,
} from '../../src/pve/section-dialect.ts';
import { sectionKinds, sectionTables } from '../../src/pve/section-kinds/index.ts';
import { foreignSamples, ownSamples } from './section-samples.ts';

const dialects: readonly (readonly [string, SectionDialect])[] = [
  ['perl', perlDialect],
  ['jobs', jobDialect],
  ['HA resources', haResourceDialect],
  ['replication', replicationDialect],
  ['metrics', metricDialect],
  ['mapping', mappingDialect('pci')],
  ['rust', rustDialect],
];

/** Pieces that such files are made of, whole and broken, in any order. */
const sectionText = fc
  .array(
    fc.oneof(
      fc.constantFrom('dir: local', 'vm:100', 'local: 100-0', 'gpu', 'graphite:', 'a:b: c', ': x', 'x :y'),
      fc.constantFrom(
        '\tpath /x',
        ' disable',
        '\tmap node=a,path=b',
        '   ',
        '\t',
        '# note',
        ' # note',
        '',
        '0',
      ),
      fc.constantFrom('\tshared 1', '\tshared yes', '\tcontent iso, backup', '\t__proto__ 1', 'toString: x'),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe('a file of sections comes out of encode as it went into decode', () => {
  test.each([...ownSamples, ...foreignSamples])('$name', ({ table, text }) => {
    expect(encodeSections(decodeSections(table.dialect, text))).toBe(text);
  });

  test.each(dialects)('any text, read as %s', (_, dialect) => {
    fc.assert(
      fc.property(sectionText, (text) => {
        expect(encodeSections(decodeSections(dialect, text))).toBe(text);
      }),
    );
  });

  test('any text, looked at as any kind', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sectionKinds), sectionText, (kind, text) => {
        const { encoded, findings } = kind.inspect(text);
        expect(encoded).toBe(text);
        const lines = text.split('\n').length;
        expect(findings.filter(({ line }) => line < 1 || line > lines)).toEqual([]);
        expect(['certain', 'likely', 'no']).toContain(kind.looksLike(text));
      }),
    );
  });

  test('a long line of nothing but colons, or of white space, is read at once', () => {
    for (const text of [':'.repeat(200_000), `a${':a'.repeat(100_000)} b`, ` x${' '.repeat(200_000)}y`]) {
      for (const { dialect } of sectionTables) {
        expect(encodeSections(decodeSections(dialect, text)) === text).toBe(true);
      }
    }
  });
});

describe('reading', () => {
  test('takes tabs or spaces, comments anywhere, options without a value', () => {
    const text = 'dir: a\n  path   /x  \n# note\n\t# note\n\tdisable\n\nLVM:b\n\tvgname x y\n';
    expect(readSections(text)).toEqual([
      { type: 'dir', id: 'a', options: { path: '/x', disable: '' } },
      { type: 'lvm', id: 'b', options: { vgname: 'x y' } },
    ]);
  });

  test('only an empty line ends a section, as in PVE', () => {
    const text = 'dir: a\n\tpath /x\ndir: b\n\tpath /y\n  \ndir: c\n\tpath /z\n\ndir: d\n';
    expect(readSections(text)).toEqual([
      { type: 'dir', id: 'a', options: { path: '/x' } },
      { type: 'dir', id: 'd', options: {} },
    ]);
  });

  test('with carriage returns PVE sees one section, the Rust library all of them', () => {
    const text = 'ospf_fabric: a\r\n\tarea 0\r\n\r\nospf_fabric: b\r\n\tarea 1\r\n';
    expect(readSections(text).map(({ id }) => id)).toEqual(['a']);
    expect(readSections(text, rustDialect)).toEqual([
      { type: 'ospf_fabric', id: 'a', options: { area: '0' } },
      { type: 'ospf_fabric', id: 'b', options: { area: '1' } },
    ]);
  });

  test('of two sections with one id the last counts, of two options the first', () => {
    const config = decodeSections(
      perlDialect,
      'dir: a\n\tpath /x\n\ndir: b\n\ndir: a\n\tpath /y\n\tpath /z\n',
    );
    expect(sectionsOf(config).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(readSections(encodeSections(config))[1]?.options['path']).toBe('/y');
    const section = findSection(config, 'a');
    expect(section && optionValues(section, 'path')).toEqual(['/y', '/z']);
  });

  test.each([
    ['HA resources', haResourceDialect, 'VM:100\n', { type: 'vm', id: 'vm:100' }],
    ['replication', replicationDialect, 'local: 0100-01\n', { type: 'local', id: '100-1' }],
    ['metrics without an id', metricDialect, 'InfluxDB:\n', { type: 'influxdb', id: 'influxdb' }],
    ['metrics', metricDialect, 'influxdb: a\n', { type: 'influxdb', id: 'a' }],
    ['mappings', mappingDialect('usb'), 'key\n', { type: 'usb', id: 'key' }],
    ['jobs, whose type keeps its case', jobDialect, 'VZDump: x\n', { type: 'VZDump', id: 'x' }],
  ] as const)('headers of %s', (_, dialect, text, header) => {
    expect(readSections(text, dialect)).toEqual([{ ...header, options: {} }]);
  });

  test('options may have any name', () => {
    const section = readSections('dir: a\n\t__proto__ 1\n\tconstructor 2\n')[0];
    expect(section?.options['__proto__']).toBe('1');
    expect(section?.options['constructor']).toBe('2');
    expect(section?.options['toString']).toBeUndefined();
  });
});
