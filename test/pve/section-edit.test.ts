import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSections,
  encodeSections,
  findSection,
  optionValues,
  sectionsOf,
  type SectionConfig,
} from '../../src/pve/section-config.ts';
import {
  addSection,
  removeSection,
  removeSectionOption,
  setSectionOption,
} from '../../src/pve/section-edit.ts';
import type { SectionKind } from '../../src/pve/section-kind.ts';
import { realmSections } from '../../src/pve/section-kinds/domains.ts';
import { fabricSections } from '../../src/pve/section-kinds/fabrics.ts';
import { haResourceSections } from '../../src/pve/section-kinds/ha.ts';
import { jobSections } from '../../src/pve/section-kinds/jobs.ts';
import { pciMappingSections } from '../../src/pve/section-kinds/mappings.ts';
import { storageSections } from '../../src/pve/section-kinds/storage.ts';
import { ownSamples, recordedChanges } from './section-samples.ts';

const edit = (kind: SectionKind, text: string, change: (config: SectionConfig) => SectionConfig): string =>
  encodeSections(change(decodeSections(kind.dialect, text)));

const storage = (text: string, change: (config: SectionConfig) => SectionConfig): string =>
  edit(storageSections, text, change);

const sample = '# mine\ndir: a\n    path   /x\n\tcontent iso, backup\n\n\nstray\nlvm: b\n\tvgname x\n';

describe('setting an option', () => {
  test('changes its own line only', () => {
    const text = storage(sample, (config) =>
      setSectionOption(storageSections, config, 'a', 'content', 'iso'),
    );
    expect(text).toBe(sample.replace('iso, backup', 'iso'));
  });

  test('puts a new one where PVE has it: disable, required by name, others by name', () => {
    const set = (key: string, value: string) => (config: SectionConfig) =>
      setSectionOption(storageSections, config, 'a', key, value);
    const text = storage(sample, (config) =>
      set('disable', '')(set('format', 'raw')(set('bwlimit', 'a')(config))),
    );
    expect(text).toBe(
      sample
        .replace('    path', '\tdisable\n    path')
        .replace('\tcontent iso, backup\n', '\tbwlimit a\n\tcontent iso, backup\n\tformat raw\n'),
    );
  });

  test('leaves the file alone when it says so already, or has no such section', () => {
    for (const id of ['a', 'nowhere']) {
      const config = decodeSections(storageSections.dialect, sample);
      expect(setSectionOption(storageSections, config, id, 'path', '/x')).toBe(config);
    }
  });

  test('ends the last line of the file first', () => {
    expect(
      storage('dir: a\n\tpath /x', (config) => setSectionOption(storageSections, config, 'a', 'shared', '1')),
    ).toBe('dir: a\n\tpath /x\n\tshared 1\n');
    expect(storage('dir: a', (config) => setSectionOption(storageSections, config, 'a', 'path', '/x'))).toBe(
      'dir: a\n\tpath /x\n',
    );
  });

  test('keeps what stays of several values, and their places', () => {
    const text = 'gpu\n\tmap node=a\n\tmdev 1\n\tmap node=b\n\n';
    const set = (...values: readonly string[]): string =>
      edit(pciMappingSections, text, (config) =>
        setSectionOption(pciMappingSections, config, 'gpu', 'map', ...values),
      );
    expect(set('node=a', 'node=c')).toBe(text.replace('node=b', 'node=c'));
    expect(set('node=a')).toBe('gpu\n\tmap node=a\n\tmdev 1\n\n');
    expect(set('node=a', 'node=b', 'node=c')).toBe(
      'gpu\n\tmap node=a\n\tmdev 1\n\tmap node=b\n\tmap node=c\n\n',
    );
  });

  test('writes the line ends of the file', () => {
    const text = 'dir: a\r\n\tpath /x\r\n';
    expect(storage(text, (config) => setSectionOption(storageSections, config, 'a', 'shared', '1'))).toBe(
      `${text}\tshared 1\r\n`,
    );
  });
});

test('removing an option takes its lines only', () => {
  expect(storage(sample, (config) => removeSectionOption(config, 'a', 'content'))).toBe(
    sample.replace('\tcontent iso, backup\n', ''),
  );
  expect(storage(sample, (config) => removeSectionOption(config, 'a', 'nodes'))).toBe(sample);
});

describe('adding a section', () => {
  const options = { shared: '1', path: '/y', content: 'iso', disable: '' };
  const added = 'dir: c\n\tdisable\n\tpath /y\n\tcontent iso\n\tshared 1\n\n';

  test.each([
    ['an empty file', '', ''],
    ['a file as PVE writes it', 'dir: a\n\tpath /x\n\n', 'dir: a\n\tpath /x\n\n'],
    ['a section that is not closed', 'dir: a\n\tpath /x', 'dir: a\n\tpath /x\n\n'],
    ['a header without options', 'dir: a', 'dir: a\n\n'],
    ['a comment', 'dir: a\n\n# end', 'dir: a\n\n# end\n'],
  ])('behind %s', (_, text, before) => {
    const result = storage(text, (config) =>
      addSection(storageSections, config, { type: 'dir', id: 'c' }, options),
    );
    expect(result).toBe(before + added);
  });

  test('behind carriage returns makes one that PVE reads', () => {
    const text = storage('dir: a\r\n\tpath /x\r\n', (config) =>
      addSection(storageSections, config, { type: 'dir', id: 'c' }, { path: '/y' }),
    );
    expect(sectionsOf(decodeSections(storageSections.dialect, text)).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  test('writes the header and the end that the file has', () => {
    const ha = edit(haResourceSections, '', (config) =>
      addSection(haResourceSections, config, { type: 'vm', id: 'vm:100' }, { state: 'started' }),
    );
    expect(ha).toBe('vm: 100\n\tstate started\n\n');
    const fabrics = edit(fabricSections, 'ospf_fabric: a\n\tarea 0\n', (config) =>
      addSection(
        fabricSections,
        config,
        { type: 'ospf_node', id: 'a_pve1' },
        { ip: '10.0.0.1', interfaces: ['name=ens18', 'name=ens19'] },
      ),
    );
    expect(fabrics).toBe(
      'ospf_fabric: a\n\tarea 0\n\nospf_node: a_pve1\n\tinterfaces name=ens18\n\tinterfaces name=ens19\n\tip 10.0.0.1\n',
    );
  });
});

test('removing a section takes every one of that id, and what stands between sections stays', () => {
  expect(storage(sample, (config) => removeSection(config, 'a'))).toBe(
    '# mine\n\nstray\nlvm: b\n\tvgname x\n',
  );
  expect(storage('dir: a\n\ndir: b\n\ndir: a\n', (config) => removeSection(config, 'a'))).toBe('dir: b\n\n');
  expect(storage(sample, (config) => removeSection(config, 'nowhere'))).toBe(sample);
});

describe('laws', () => {
  const withSections = ownSamples.filter(({ table, text }) =>
    decodeSections(table.dialect, text).parts.some(({ kind }) => kind === 'section'),
  );
  const place = fc.constantFrom(...withSections).chain(({ table, text }) => {
    const config = decodeSections(table.dialect, text);
    return fc.record({
      table: fc.constant(table),
      text: fc.constant(text),
      config: fc.constant(config),
      id: fc.constantFrom(...sectionsOf(config).map((section) => section.id)),
    });
  });
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/u);

  test('what was set is read, every other line stays as it was', () => {
    fc.assert(
      fc.property(place, word, word, ({ table, text, config, id }, key, value) => {
        const set = setSectionOption(table, config, id, `x-${key}`, value);
        const read = findSection(decodeSections(table.dialect, encodeSections(set)), id);
        expect(read && optionValues(read, `x-${key}`)).toEqual([value]);
        const added = encodeSections(set).split('\n');
        const at = added.findIndex((line) => line.replace('\r', '') === `\tx-${key} ${value}`);
        expect(added.toSpliced(at, 1).join('\n').trimEnd()).toBe(text.trimEnd());
      }),
    );
  });

  test('what was set and removed leaves the file as it was, but for a last line end', () => {
    fc.assert(
      fc.property(place, word, word, ({ table, text, config, id }, key, value) => {
        const set = setSectionOption(table, config, id, `x-${key}`, value);
        const removed = encodeSections(removeSectionOption(set, id, `x-${key}`));
        expect([text, `${text}\n`, `${text}\r\n`]).toContain(removed);
      }),
    );
  });

  test('a section added is the last one read; removed again nothing but the closing of the one before is left', () => {
    fc.assert(
      fc.property(place, word, ({ table, text, config }, key) => {
        const type = Object.keys(table.types)[0] ?? '';
        const id =
          table.kind === 'ha-resources' ? `${type}:777` : table.kind === 'replication' ? '777-7' : 'added';
        const added = addSection(table, config, { type, id }, { [key]: ['1', '2'] });
        const read = sectionsOf(decodeSections(table.dialect, encodeSections(added)));
        expect(read.at(-1)).toMatchObject({ type, id });
        expect(read.slice(0, -1).map((section) => section.id)).toEqual(
          sectionsOf(config).map((section) => section.id),
        );
        expect(encodeSections(removeSection(added, id)).startsWith(text)).toBe(true);
      }),
    );
  });
});

/** `before` with what sets it apart from `after` set, removed, added by our own functions. */
function predict(table: SectionKind, before: SectionConfig, after: SectionConfig): SectionConfig {
  let config = before;
  for (const { id } of sectionsOf(before)) {
    if (findSection(after, id) === undefined) config = removeSection(config, id);
  }
  for (const section of sectionsOf(after)) {
    const { type, id } = section;
    const keys = new Set(section.lines.flatMap((line) => (line.kind === 'option' ? [line.key] : [])));
    const options = Object.fromEntries([...keys].map((key) => [key, optionValues(section, key)]));
    const old = findSection(config, id);
    if (old === undefined) {
      config = addSection(table, config, { type, id }, options);
      continue;
    }
    for (const line of old.lines) {
      if (line.kind === 'option' && !keys.has(line.key)) config = removeSectionOption(config, id, line.key);
    }
    for (const [key, values] of Object.entries(options)) {
      config = setSectionOption(table, config, id, key, ...values);
    }
  }
  return config;
}

/** The options of a job stand in the order of a Perl hash. */
const sortedLines = (text: string): string => text.split('\n').toSorted().join('\n');

test('files that real PVE changed come out of our edits as PVE wrote them', () => {
  for (const { table, recording, before, after } of recordedChanges()) {
    const text = encodeSections(
      predict(table, decodeSections(table.dialect, before), decodeSections(table.dialect, after)),
    );
    const read = table === jobSections ? sortedLines : (written: string): string => written;
    expect({ recording, text: read(text) }).toEqual({ recording, text: read(after) });
  }
});

test('a realm that PVE wrote, option by option', () => {
  const header = { type: 'ldap', id: 'corp' };
  const options = {
    user_attr: 'uid',
    secure: '1',
    server1: 'ldap.example.org',
    port: '636',
    base_dn: 'dc=example,dc=org',
  };
  expect(edit(realmSections, '', (config) => addSection(realmSections, config, header, options))).toBe(
    'ldap: corp\n\tbase_dn dc=example,dc=org\n\tserver1 ldap.example.org\n\tuser_attr uid\n\tport 636\n\tsecure 1\n\n',
  );
});
