import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addStanza,
  addToList,
  removeField,
  removeFromList,
  removeStanza,
  setField,
  setListEnabled,
} from '../../src/pve/apt-sources-edit.ts';
import { aptListFile, aptSourcesFile } from '../../src/pve/apt-sources-file-kinds.ts';
import {
  decodeAptList,
  encodeAptList,
  formatListEntry,
  listRepositories,
  type AptList,
} from '../../src/pve/apt-sources-list.ts';
import {
  decodeAptSources,
  encodeAptSources,
  formatStanza,
  stanzaRepositories,
  type AptSources,
} from '../../src/pve/apt-sources-stanza.ts';
import { normalRepositories } from '../../src/pve/apt-sources.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('apt', 'vzdump').filter(({ name }) => /\.(?:list|sources)$/u.test(name));
const sample = (name: string): string => samples.find((file) => file.name.endsWith(`/${name}`))?.text ?? '';
const kindOf = (name: string) => (name.endsWith('.list') ? aptListFile : aptSourcesFile);

const piece = fc.oneof(
  fc.constantFrom(
    'deb http://a/ b c',
    'deb [a=b] http://a/ b c',
    '# deb http://a/ b c',
    'deb [',
    '#',
    '"',
    ' ',
    '',
  ),
  fc.constantFrom(
    'Types: deb',
    'URIs: http://a/',
    'Suites: b',
    ' more',
    '\t',
    'Signed-By:',
    ' .',
    ': x',
    '-x: y',
  ),
  fc.string({ unit: 'binary' }),
  fc.string(),
);
const anyText = fc
  .array(piece)
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe.each([aptListFile, aptSourcesFile])('$kind', (kind) => {
  test('comes out of encode as it went into decode, for every sample and any text', () => {
    for (const { name, text } of samples)
      expect({ name, text: kind.inspect(text).encoded }).toEqual({ name, text });
    fc.assert(
      fc.property(anyText, (text) => {
        expect(kind.inspect(text).encoded).toBe(text);
      }),
    );
  });

  test('is known by its look', () => {
    for (const { name, text } of samples) {
      const look = kindOf(name) === kind && text !== '' ? 'certain' : 'no';
      expect({ name, look: kind.looksLike(text) }).toEqual({ name, look });
    }
  });
});

describe('what a file says', () => {
  test('lines, those commented out among them', () => {
    expect(listRepositories(decodeAptList(sample('proxmox.list')))).toEqual([
      {
        types: ['deb'],
        uris: ['http://download.proxmox.com/debian/pve'],
        suites: ['trixie'],
        components: ['pve-no-subscription'],
        enabled: true,
        options: { arch: 'amd64', 'signed-by': '/usr/share/keyrings/proxmox-archive-keyring.gpg' },
        line: 2,
      },
      {
        types: ['deb'],
        uris: ['https://enterprise.proxmox.com/debian/ceph-squid'],
        suites: ['trixie'],
        components: ['enterprise'],
        enabled: false,
        options: {},
        line: 4,
      },
    ]);
    expect(listRepositories(decodeAptList(sample('odd.list')))).toMatchObject([
      {
        uris: ['cdrom:[Debian GNU/Linux 13]/'],
        options: { arch: 'amd64,arm64', lang: 'none', trusted: 'yes' },
      },
      { uris: ['file:/srv/packages own'], suites: ['./'], components: [] },
      { enabled: false, components: ['main'], line: 3 },
    ]);
    expect(
      listRepositories(decodeAptList(sample('crlf.list'))).map(({ enabled, line }) => ({ enabled, line })),
    ).toEqual([
      { enabled: true, line: 2 },
      { enabled: false, line: 4 },
    ]);
  });

  test('stanzas, with fields over several lines and a key', () => {
    expect(stanzaRepositories(decodeAptSources(sample('by-hand.sources')))).toEqual([
      {
        types: ['deb', 'deb-src'],
        uris: ['https://mirror.example.org/debian', 'https://mirror2.example.org/debian'],
        suites: ['trixie', 'trixie-backports'],
        components: ['main'],
        enabled: true,
        options: {
          'x-owner': 'Infrastructure',
          'arch-': 'i386',
          'signed-by':
            '-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nmDMEZexampleexampleexampleexampleexampleexampleexampleexample\n=AbCd\n-----END PGP PUBLIC KEY BLOCK-----',
          trusted: 'no',
        },
        line: 3,
      },
      {
        types: ['deb'],
        uris: ['file:/srv/packages'],
        suites: ['./'],
        components: [],
        enabled: true,
        options: { trusted: 'yes' },
        line: 23,
      },
    ]);
    expect(
      stanzaRepositories(decodeAptSources(sample('proxmox.sources'))).map(({ enabled }) => enabled),
    ).toEqual([false, true]);
    expect(stanzaRepositories(decodeAptSources(sample('crlf.sources')))).toMatchObject([
      { components: ['main', 'other'] },
      { suites: ['./'], line: 7 },
    ]);
  });
});

describe('what is told of it', () => {
  const told = (name: string): readonly string[] =>
    kindOf(name)
      .inspect(sample(name))
      .findings.map(({ line, severity, code }) => `${line} ${severity} ${code.replace(/^[^/]*\//u, '')}`);

  test('nothing of what apt takes', () => {
    for (const { name } of samples)
      if (!name.includes('broken'))
        expect({ name, told: told(name.replace(/^.*\//u, '')) }).toEqual({ name, told: [] });
  });

  test('what apt refuses, by line', () => {
    expect(told('broken.list')).toEqual(
      Array.from({ length: 8 }, (_, index) => `${index + 1} error broken-line`),
    );
    expect(told('broken.sources')).toEqual([
      '1 error incomplete',
      '4 error broken-line',
      '6 error incomplete',
      '10 error incomplete',
      '17 warning repeated-field',
      '20 warning blank-line',
      '21 error incomplete',
    ]);
  });

  test('a byte order mark before a type', () => {
    expect(aptListFile.inspect('\uFEFFdeb http://a/x s main\n').findings).toMatchObject([
      { line: 1, severity: 'error', code: 'apt-list/broken-line' },
    ]);
  });

  test('a stanza that is off may be unfinished for apt, not for PVE', () => {
    const severities = (text: string) =>
      aptSourcesFile.inspect(text).findings.map(({ severity }) => severity);
    expect(severities('Types: deb\nEnabled: no\n')).toEqual(['warning']);
    expect(severities('Types: rpm\nEnabled: no\n')).toEqual(['error']);
    expect(severities('Types: deb\nEnabled: yes\n')).toEqual(['error']);
  });

  test('a source that is there twice', () => {
    const text = 'deb http://a/x s main\ndeb http://a/x/ s contrib main\n# deb http://a/x s main\n';
    expect(aptListFile.inspect(text).findings).toEqual([
      {
        line: 2,
        severity: 'warning',
        code: 'apt-list/repeated',
        message: '"deb http://a/x s main" is in line 1 already; one is wanted',
      },
    ]);
  });
});

describe('normal form', () => {
  const list = (text: string): unknown => aptListFile.inspect(text).normal;
  const sources = (text: string): unknown => aptSourcesFile.inspect(text).normal;
  const stanza = (...fields: readonly string[]): string =>
    ['Types: deb', 'URIs: http://a/x', 'Suites: s', 'Components: main', ...fields, ''].join('\n');

  test.each([
    ['deb http://a/x s main\n', stanza()],
    ['deb http://a/x/ s main # told', stanza('X-Note: told')],
    ['deb [arch=amd64,i386] http://a/x s main\n', stanza('Architectures: i386', '\tamd64')],
    ['deb [arch+=i386] http://a/x s main\n', stanza('architectures-add: i386')],
    ['deb [signed-by=/a.gpg,/b.gpg] http://a/x s main\n', stanza('Signed-By: /a.gpg /b.gpg')],
    ['deb [trusted=yes] http://a/x s main\n', stanza('Trusted: true')],
    ['# deb http://a/x s main\n', stanza('Enabled: no')],
    ['deb http://a/x s main\n', stanza('Enabled: yes')],
    ['deb http://a/x s main\ndeb http://a/x s contrib\n', stanza().replace('main', 'contrib main')],
    [
      'deb http://a/x s main\ndeb-src http://a/x s main\ndeb http://a/x t main\ndeb-src http://a/x t main\n',
      'Types: deb deb-src\nURIs: http://a/x\nSuites: s t\nComponents: main\n',
    ],
    ['deb http://a/x ./\n', 'Types: deb\nURIs: http://a/x\nSuites: ./\n'],
    ['deb file:///a/x ./\n', 'Types: deb\nURIs: file:/a/x\nSuites: ./\n'],
  ])('%j is %j', (one, many) => {
    expect(list(one)).toEqual(sources(many));
  });

  test.each([
    ['deb http://a/x s main\n', 'deb http://a/x s contrib\n'],
    ['deb http://a/x s main\n', 'deb-src http://a/x s main\n'],
    ['deb http://a/x s main\n', 'deb https://a/x s main\n'],
    ['deb http://a/x s main\n', '# deb http://a/x s main\n'],
    ['deb http://a/x s main\n', 'deb [trusted=yes] http://a/x s main\n'],
    ['deb [arch=amd64] http://a/x s main\n', 'deb [arch+=amd64] http://a/x s main\n'],
    ['deb http://a/x s main\ndeb http://b/x s main\n', 'deb http://b/x s main\ndeb http://a/x s main\n'],
    ['deb http://a/x s main\n', 'deb http://a/x s main\nbroken\n'],
  ])('%j is not %j', (a, b) => {
    expect(list(a)).not.toEqual(list(b));
  });

  test('a key by any indentation, and no other key', () => {
    const key = (line: string, indent: string): string =>
      stanza(
        'Signed-By:',
        ...['-----BEGIN PGP PUBLIC KEY BLOCK-----', '.', line].map((part) => `${indent}${part}`),
      );
    expect(sources(key('abc', ' '))).toEqual(sources(key('abc', '\t  ')));
    expect(sources(key('abc', ' '))).not.toEqual(sources(key('abd', ' ')));
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,6}$/u);
  const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
  const repository = fc.record({
    types: fc.constantFrom(['deb'], ['deb-src'], ['deb', 'deb-src']),
    uris: words.map((names) => names.map((name) => `https://${name}/debian`)),
    suites: words,
    components: words,
    enabled: fc.boolean(),
    options: fc.dictionary(fc.constantFrom('arch', 'lang+', 'target-', 'signed-by', 'by-hash'), word, {
      noNullPrototype: true,
    }),
  });

  test('any repository, written in one style and in the other', () => {
    fc.assert(
      fc.property(repository, (one) => {
        const lines = formatListEntry(one).join('\n');
        const fields = formatStanza(one).join('\n');
        expect(list(lines)).toEqual({ repositories: normalRepositories([{ ...one, line: 1 }]), broken: [] });
        expect(sources(fields)).toEqual(list(lines));
        expect(stanzaRepositories(decodeAptSources(fields))).toEqual([{ ...one, line: 1 }]);
      }),
    );
  });

  test('any two repositories that differ', () => {
    fc.assert(
      fc.property(repository, word, (one, other) => {
        const changes = [
          { ...one, enabled: !one.enabled },
          { ...one, suites: [...one.suites, `${other}-x9`] },
          { ...one, components: [...one.components, `${other}-x9`] },
          { ...one, uris: [`http://${other}/`, ...one.uris] },
          { ...one, options: { ...one.options, arch: `${other}-x9` } },
        ];
        for (const changed of changes)
          expect(list(formatListEntry(changed).join('\n'))).not.toEqual(
            list(formatListEntry(one).join('\n')),
          );
      }),
    );
  });
});

describe('an edit', () => {
  const inList = (name: string, edit: (file: AptList) => AptList): string =>
    encodeAptList(edit(decodeAptList(sample(name))));
  const inSources = (name: string, edit: (file: AptSources) => AptSources): string =>
    encodeAptSources(edit(decodeAptSources(sample(name))));
  const added = {
    types: ['deb'],
    uris: ['http://a/x'],
    suites: ['s'],
    components: ['main'],
    enabled: true,
    options: { arch: 'amd64,i386' },
  };

  test('of a line turns it on and off, adds and removes it', () => {
    expect(inList('proxmox.list', (file) => setListEnabled(file, 4, true))).toBe(
      sample('proxmox.list').replace('# deb https', 'deb https'),
    );
    expect(inList('proxmox.list', (file) => setListEnabled(file, 2, false))).toBe(
      sample('proxmox.list').replace('deb [', '# deb ['),
    );
    expect(inList('proxmox.list', (file) => setListEnabled(file, 1, false))).toBe(sample('proxmox.list'));
    expect(inList('crlf.list', (file) => addToList(file, added))).toBe(
      `${sample('crlf.list')}\r\ndeb [ arch=amd64,i386 ] http://a/x s main\r\n`,
    );
    expect(inList('debian.list', (file) => removeFromList(addToList(file, added), 7))).toBe(
      sample('debian.list'),
    );
    expect(inList('debian.list', (file) => removeFromList(file, 4))).toBe(sample('debian.list'));
  });

  test('of a stanza changes the lines of its field', () => {
    expect(inSources('proxmox.sources', (file) => setField(file, 2, 'Enabled', 'true'))).toBe(
      sample('proxmox.sources').replace('Enabled: false', 'Enabled: true'),
    );
    expect(inSources('proxmox.sources', (file) => setField(file, 9, 'Enabled', 'false'))).toBe(
      `${sample('proxmox.sources')}Enabled: false\n`,
    );
    expect(inSources('proxmox.sources', (file) => removeField(file, 2, 'enabled'))).toBe(
      sample('proxmox.sources').replace('Enabled: false\n', ''),
    );
    expect(inSources('by-hand.sources', (file) => setField(file, 3, 'suites', 'forky'))).toBe(
      sample('by-hand.sources').replace('Suites:\n trixie\n\ttrixie-backports\n', 'Suites: forky\n'),
    );
    const commented = decodeAptSources('Types: deb\nURIs:\n http://a/x\n# why\n http://b/x\nSuites: s\n');
    expect(encodeAptSources(setField(commented, 1, 'uris', 'http://c/x'))).toBe(
      'Types: deb\nURIs: http://c/x\n# why\nSuites: s\n',
    );
    expect(encodeAptSources(removeField(commented, 1, 'uris'))).toBe('Types: deb\n# why\nSuites: s\n');
    expect(inSources('crlf.sources', (file) => setField(file, 7, 'Trusted', 'yes'))).toBe(
      `${sample('crlf.sources')}\r\nTrusted: yes\r\n`,
    );
  });

  test('of a file adds and removes stanzas', () => {
    const more = 'Types: deb\nURIs: http://a/x\nSuites: s\nComponents: main\nArchitectures: amd64 i386\n';
    expect(inSources('debian.sources', (file) => addStanza(file, added))).toBe(
      `${sample('debian.sources')}\n${more}`,
    );
    expect(inSources('debian.sources', (file) => removeStanza(file, 7))).toBe(
      `${sample('debian.sources').split('\n\n')[0] ?? ''}\n\n`,
    );
    expect(inSources('proxmox.sources', (file) => removeStanza(file, 2))).toBe(
      sample('proxmox.sources').split('\n\n')[1] ?? '',
    );
    expect(inSources('debian.sources', (file) => removeStanza(file, 3))).toBe(sample('debian.sources'));
  });
});
