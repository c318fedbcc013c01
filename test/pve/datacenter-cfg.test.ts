import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  datacenterDescription,
  datacenterFile,
  setDatacenterDescription,
} from '../../src/pve/datacenter-cfg.ts';
import {
  decodePlainConfig,
  encodePlainConfig,
  plainOptions,
  removePlainOption,
  setPlainOption,
} from '../../src/pve/plain-config.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('datacenter');
const sample = (name: string): string =>
  samples.find((file) => file.name === `datacenter/${name}.cfg`)?.text ?? '';

const configText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '#note',
        ' # x',
        'keyboard: de',
        'crs:',
        'ha: shutdown_policy=freeze',
        ': x',
        'a b: c',
        '{',
        '{}',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe('datacenter.cfg', () => {
  test('comes out as it went in, for every sample and any text', () => {
    for (const { name, text } of samples)
      expect({ name, text: datacenterFile.inspect(text).encoded }).toEqual({ name, text });
    fc.assert(
      fc.property(configText, (text) => {
        expect(datacenterFile.inspect(text).encoded).toBe(text);
      }),
    );
  });

  test("has no error when it is of PVE's own test suite, and no finding when PVE wrote it", () => {
    for (const { name, text } of samples.filter((file) => file.isFromPve)) {
      const errors = datacenterFile.inspect(text).findings.filter(({ severity }) => severity === 'error');
      expect({ name, errors }).toEqual({ name, errors: [] });
    }
    expect(datacenterFile.inspect(sample('plain')).findings).toEqual([]);
  });

  test('is known by its path and by its text', () => {
    expect(datacenterFile.path.test('/etc/pve/datacenter.cfg')).toBe(true);
    expect(datacenterFile.looksLike(sample('plain'))).toBe('certain');
    expect(datacenterFile.looksLike('keyboard: de\ncores: 2\n')).toBe('no');
  });

  test('gives its notes and options', () => {
    expect(datacenterFile.inspect(sample('plain')).value).toMatchObject({
      description: 'Rechenzentrum Graz\nNotdienst: Zoë',
      options: { keyboard: 'de', migration: 'insecure,network=10.0.0.0/24', max_workers: '8' },
    });
  });

  test('a byte order mark is part of the first key, as it is to PVE', () => {
    const { value, findings } = datacenterFile.inspect('\uFEFFkeyboard: de\n');
    expect(value).not.toHaveProperty('keyboard');
    expect(findings.map(({ code }) => code)).toEqual(['datacenter/unknown-option']);
  });

  test('names what PVE drops', () => {
    const { findings } = datacenterFile.inspect(sample('broken'));
    expect(findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '2 error datacenter/broken-line',
      '3 error datacenter/value',
      '4 error datacenter/value',
      '5 error datacenter/value',
      '6 error datacenter/value',
      '7 error datacenter/unknown-option',
      '8 warning datacenter/twice',
    ]);
  });
});

const normal = (text: string): unknown => datacenterFile.inspect(text).normal;

describe('the normal form', () => {
  test.each([
    ['keyboard: de\nlanguage: de\n', '\nlanguage:de\n  keyboard:   de  \n'],
    ['migration: secure\nfencing: watchdog\nmac_prefix: bc:24:11\n', ''],
    ['ha: shutdown_policy=conditional\ncrs: ha=basic\nnext-id: lower=100\n', 'crs:\n'],
    ['migration: insecure,network=10.0.0.0/8\n', 'migration: network=10.0.0.0/8,type=insecure\n'],
    ['migration_unsecure: yes\n', 'migration: insecure\n'],
    ['migration_unsecure: 1\nmigration: secure\n', ''],
    ['console: applet\n', 'console: html5\n'],
    ['crs: ha=static,ha-rebalance-on-start=yes\n', 'crs: ha-rebalance-on-start=1,ha=static\n'],
    ['registered-tags: b;a;b\n', 'registered-tags: a;b\n'],
    ['tag-style: color-map=b:000000;a:ffffff,shape=circle\n', 'tag-style: color-map=a:ffffff;b:000000\n'],
    [
      'user-tag-access: user-allow=list,user-allow-list=b;a\n',
      'user-tag-access: user-allow-list=a;b,user-allow=list\n',
    ],
    ['#a\n#%C3%A4\n\nkeyboard: de\n', '#a\nkeyboard: de\n#ä\n # no note\n'],
    ['language: de\nlanguage: en\n', 'language: en\n'],
    ['#a\n', 'description: passed over\n#a\n#\n'],
    ['location: longitude=16.40,latitude=48\n', 'location: latitude=48.0,longitude=16.4\n'],
  ])('is one for %j and %j', (a, b) => {
    expect(normal(a)).toEqual(normal(b));
  });

  test.each([
    ['keyboard: de\n', ''],
    ['migration: insecure\n', ''],
    ['mac_prefix: BC:24:12\n', ''],
    ['webauthn: rp=x\n', ''],
    ['webauthn: allow-subdomains=1\n', ''],
    ['next-id: lower=200\n', 'next-id: lower=100\n'],
    ['#a\n', '#b\n'],
    ['#a\n', ''],
    ['#a\n', '#a \n'],
    ['language: de\n', '\uFEFFlanguage: de\n'],
    ['console: html5\n', 'console: vv\n'],
  ])('differs for %j and %j', (a, b) => {
    expect(normal(a)).not.toEqual(normal(b));
  });
});

describe('generated options', () => {
  const choices = {
    keyboard: fc.constantFrom('de', 'fr'),
    language: fc.constantFrom('de', 'en'),
    max_workers: fc.integer({ min: 1, max: 9 }).map(String),
    migration: fc.constantFrom('insecure', 'insecure,network=10.0.0.0/8', 'secure,network=10.0.0.0/8'),
    'registered-tags': fc.constantFrom('a', 'a;b', 'a;c'),
    webauthn: fc.constantFrom('rp=x', 'id=y,rp=x', 'allow-subdomains=0,rp=x'),
  };
  const settings = fc.record(choices, { requiredKeys: [] });
  const text = (options: object, order: 1 | -1): string =>
    Object.entries(options)
      .toSorted(([a], [b]) => (a < b ? -order : order))
      .map(([key, value]) => {
        if (order === 1) return `${key}: ${value}\n`;
        const other = String(value)
          .replace('allow-subdomains=0', 'allow-subdomains=off')
          .replace(/^(?<type>in)?secure/u, 'type=$<type>secure')
          .replace(/^(?=\d)/u, '+');
        const divider = key === 'registered-tags' ? ';' : ',';
        return `  ${key}:  ${other.split(divider).toReversed().join(divider)} \n\n`;
      })
      .join('');

  test('mean the same in another order and spelling', () => {
    fc.assert(
      fc.property(settings, (options) => {
        expect(normal(text(options, -1))).toEqual(normal(text(options, 1)));
      }),
    );
  });

  test('mean something else when they are others', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        fc.pre(text(a, 1) !== text(b, 1));
        expect(normal(text(a, 1))).not.toEqual(normal(text(b, 1)));
      }),
    );
  });
});

describe('editing', () => {
  const config = decodePlainConfig(sample('plain'));

  test('changes its own line only, and puts a new one by its name', () => {
    expect(encodePlainConfig(setPlainOption(config, 'keyboard', 'fr'))).toBe(
      sample('plain').replace('keyboard: de', 'keyboard: fr'),
    );
    expect(encodePlainConfig(setPlainOption(config, 'http_proxy', 'http://p:3128'))).toBe(
      sample('plain').replace('keyboard: de', 'http_proxy: http://p:3128\nkeyboard: de'),
    );
    expect(encodePlainConfig(removePlainOption(config, 'crs'))).toBe(
      sample('plain').replace(/crs: .*\n/u, ''),
    );
    expect(setPlainOption(config, 'keyboard', 'de')).toBe(config);
    expect(encodePlainConfig(setPlainOption(decodePlainConfig('\tkeyboard:  de \n'), 'keyboard', 'fr'))).toBe(
      '\tkeyboard:  fr\n',
    );
    expect(encodePlainConfig(setPlainOption(decodePlainConfig('keyboard:\n'), 'keyboard', 'fr'))).toBe(
      'keyboard: fr\n',
    );
    expect(encodePlainConfig(setPlainOption(decodePlainConfig('keyboard: de'), 'language', 'de'))).toBe(
      'keyboard: de\nlanguage: de\n',
    );
    expect(encodePlainConfig(setPlainOption(decodePlainConfig(sample('crlf')), 'keyboard', 'fr'))).toBe(
      '#note\r\nkeyboard: fr\r\n',
    );
  });

  test('what was set is read, in any file', () => {
    fc.assert(
      fc.property(configText, fc.constantFrom('keyboard', 'zzz', 'crs'), (text, key) => {
        const edited = encodePlainConfig(setPlainOption(decodePlainConfig(text), key, 'new'));
        expect(plainOptions(decodePlainConfig(edited)).get(key)?.at(-1)).toBe('new');
      }),
    );
  });

  test('replaces the notes', () => {
    const edited = setDatacenterDescription(config, 'neu\n50%: ja');
    expect(datacenterDescription(edited)).toBe('neu\n50%: ja');
    expect(encodePlainConfig(edited)).toBe(
      sample('plain').replace('#Rechenzentrum Graz\n#Notdienst%3A Zoë\n', '#neu\n#50%25%3A ja\n'),
    );
    expect(setDatacenterDescription(config, datacenterDescription(config))).toBe(config);
    expect(encodePlainConfig(setDatacenterDescription(config, ''))).not.toContain('#');
  });
});
