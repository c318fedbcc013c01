import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellWords } from '../../src/pve/shell-words.ts';
import { vzdumpConfFile } from '../../src/pve/vzdump-conf.ts';
import { shQuote } from '../../src/text/sh-quote.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('vzdump').filter(({ name }) => name.endsWith('.conf'));
const sample = (name: string): string =>
  samples.find((file) => file.name === `vzdump/${name}.conf`)?.text ?? '';

describe('vzdump.conf', () => {
  test('comes out as it went in, for every sample and any text', () => {
    for (const { name, text } of samples)
      expect({ name, text: vzdumpConfFile.inspect(text).encoded }).toEqual({ name, text });
    const line = fc.oneof(
      fc.constantFrom('storage: a', "exclude-path: 'x", '#mode: stop'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(vzdumpConfFile.inspect(lines.join('\n')).encoded).toBe(lines.join('\n'));
      }),
    );
  });

  test('is known by its path and by its text, gives its options and what they name', () => {
    expect(vzdumpConfFile.path.test('/etc/vzdump.conf')).toBe(true);
    expect(vzdumpConfFile.looksLike(sample('plain'))).toBe('certain');
    const { value, findings, refs } = vzdumpConfFile.inspect(sample('plain'));
    expect(value).toMatchObject({
      storage: 'backup',
      'exclude-path': ['/tmp/*', '/var/my cache', '/var/log/*'],
    });
    expect(findings).toEqual([]);
    expect(refs).toEqual([
      { kind: 'storage', name: 'backup', line: 5 },
      { kind: 'storage', name: 'local-lvm', line: 16 },
    ]);
  });

  test('names what PVE drops, and takes an option that it does not know for odd only', () => {
    const { findings } = vzdumpConfFile.inspect(sample('broken'));
    expect(findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '3 warning vzdump-conf/unknown-option',
      '4 error vzdump-conf/value',
      '5 error vzdump-conf/broken-line',
      '6 error vzdump-conf/value',
      '2 warning vzdump-conf/dumpdir',
    ]);
  });

  const normal = (text: string): unknown => vzdumpConfFile.inspect(text).normal;

  test.each([
    ['mode: snapshot\nremove: yes\nionice: 7\nprune-backups: keep-all=1\n', ''],
    ['mailto: a@b.example c@d.example\n', 'mailto: c@d.example,a@b.example\n'],
    ["exclude-path: /a '/b c'\n", "exclude-path: '/b c'\nexclude-path: /a\n"],
    ['storage: a\ndumpdir: /b\n', 'storage: a\n'],
    ['performance: max-workers=16\n', ''],
    ['fleecing: 1,storage=a\n', 'fleecing: storage=a,enabled=yes\n'],
  ])('means the same in %j and %j', (a, b) => {
    expect(normal(a)).toEqual(normal(b));
  });

  test.each([
    ['mode: stop\n', ''],
    ['exclude-path: /a\n', 'exclude-path: /b\n'],
    ['storage: a\n', 'dumpdir: a\n'],
    ['prune-backups: keep-last=1\n', 'prune-backups: keep-last=2\n'],
  ])('means something else in %j and %j', (a, b) => {
    expect(normal(a)).not.toEqual(normal(b));
  });
});

describe('words of a command line', () => {
  test.each([
    ['a  b', ['a', 'b']],
    [String.raw`'a b'"c d"e\ f`, ['a bc de f']],
    [String.raw`"a\"b" 'c\d' ''`, ['a"b', String.raw`c\d`, '']],
    ['', []],
  ])('%j', (line, words) => {
    expect(shellWords(line)).toEqual(words);
  });

  test('are no words when a quote is open', () => {
    expect(shellWords("a 'b")).toBeUndefined();
    expect(shellWords('a"')).toBeUndefined();
  });

  test('come back from their quotes', () => {
    // A backslash inside single quotes is no plain one to Text::ParseWords.
    const word = fc.string().filter((text) => !text.includes('\\'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(shellWords(words.map((one) => shQuote(one)).join(' '))).toEqual(words);
      }),
    );
  });
});
