import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionAt, positionsUnder } from '../../src/diagnostic.ts';
import { jsonProblem } from '../../src/text/json-syntax.ts';
import { parseYaml } from '../../src/text/parse-yaml.ts';

test('every key and item of YAML has its place', () => {
  const parsed = parseYaml('a: 1\nb:\n  - x: 2\n    y: [1, two]\n', 'f.yml');
  expect(parsed).toEqual({
    ok: true,
    warnings: [],
    value: {
      value: { a: 1, b: [{ x: 2, y: [1, 'two'] }] },
      positions: {
        '': { file: 'f.yml', line: 1, column: 1 },
        '/a': { file: 'f.yml', line: 1, column: 1 },
        '/b': { file: 'f.yml', line: 2, column: 1 },
        '/b/0': { file: 'f.yml', line: 3, column: 5 },
        '/b/0/x': { file: 'f.yml', line: 3, column: 5 },
        '/b/0/y': { file: 'f.yml', line: 4, column: 5 },
        '/b/0/y/0': { file: 'f.yml', line: 4, column: 9 },
        '/b/0/y/1': { file: 'f.yml', line: 4, column: 12 },
      },
      booleanWords: {},
    },
  });
});

test('JSON is read with its places too', () => {
  const parsed = parseYaml('{\n  "vms": [\n    { "vmid": 100 }\n  ]\n}\n', 'web.json');
  if (!parsed.ok) throw new Error('not read');
  expect(parsed.value.value).toEqual({ vms: [{ vmid: 100 }] });
  expect(parsed.value.positions['/vms/0/vmid']).toEqual({ file: 'web.json', line: 3, column: 7 });
});

test('MAC addresses, times and yes stay text: never YAML 1.1', () => {
  const parsed = parseYaml('mac: 52:54:00:12:34:56\ntime: 02:00\nanswer: yes\n', 'f.yml');
  expect(parsed).toMatchObject({
    value: { value: { mac: '52:54:00:12:34:56', time: '02:00', answer: 'yes' } },
  });
});

test('a syntax error says where and shows the line', () => {
  const parsed = parseYaml('hosts: all\ntasks: [a, b\n', 'site.yml');
  if (parsed.ok) throw new Error('was read');
  expect(parsed.diagnostics[0]).toMatchObject({
    code: 'yaml/syntax',
    trouble: 'invalid',
    at: { file: 'site.yml' },
  });
  expect(parsed.diagnostics[0]?.hint).toContain('^');
});

test('a key given twice is an error at the second one', () => {
  const parsed = parseYaml('cores: 1\ncores: 2\n', 'f.yml');
  if (parsed.ok) throw new Error('was read');
  expect(parsed.diagnostics.map((each) => [each.at?.line, each.message])).toEqual([
    [2, 'Cannot read f.yml: the key "cores" is given twice, first at f.yml:1:1'],
  ]);
});

test('so it is after an empty value', () => {
  const parsed = parseYaml('all:\n  pve1:\n  pve1:\n', 'f.yml');
  expect(!parsed.ok && parsed.diagnostics[0]?.at).toEqual({ file: 'f.yml', line: 3, column: 3 });
});

test('a tag that nobody reads is an error, never its text', () => {
  const parsed = parseYaml('password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n', 'f.yml');
  expect(!parsed.ok && parsed.diagnostics.map(({ message }) => message)).toEqual([
    'Cannot read f.yml: Unresolved tag: !vault',
  ]);
});

test('what has no place of its own has that of what holds it', () => {
  const parsed = parseYaml('vms:\n  - disk:\n      size: 20G\n', 'f.yml');
  if (!parsed.ok) throw new Error('not read');
  const { positions } = parsed.value;
  expect(positionAt(positions, ['vms', 0, 'disk', 'nothing', 'here'])).toEqual({
    file: 'f.yml',
    line: 2,
    column: 5,
  });
  expect(positionsUnder(positions, ['vms', 0])['/disk/size']).toEqual({ file: 'f.yml', line: 3, column: 7 });
});

test.each([
  ['a: &x 1\nb: [*x, *y]\n', 2, 9],
  ['a: &x [*x]\n', 1, 8],
])('an alias that stands for nothing is an error at its place: %j', (text, line, column) => {
  expect(parseYaml(text, 'f.yml')).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'yaml/syntax', at: { file: 'f.yml', line, column } }],
  });
});

test.each<[string, string, readonly string[]]>([
  [
    'several documents',
    'a: 1\n---\nb: 2\n',
    ['2:1 a second document begins here; one document in a file is wanted'],
  ],
  [
    'tabs',
    '- hosts: all\n\ttasks:\n\t- command: x\n\t  when: a\n',
    [expect.stringMatching(/^2:1 a tab is used to indent; spaces are wanted$/u)],
  ],
  ['an unclosed bracket', '- hosts: all\n  tasks: [\n', ['2:10 this "[" is not closed; "]" is wanted']],
  ['the inner of two', 'a: {x: 1, y: [1, 2\nb: 3\n', ['1:14 this "[" is not closed; "]" is wanted']],
  ['a list where a key is wanted', '- a\nb: 1\n', [expect.stringMatching(/^2:1 /u)]],
])('%s: told once, where it is', (_, text, expected) => {
  const parsed = parseYaml(text, 'f.yml');
  const told = parsed.ok ? [] : parsed.diagnostics;
  expect(
    told.map(({ at, message }) => `${at?.line}:${at?.column} ${message.replace('Cannot read f.yml: ', '')}`),
  ).toEqual(expected);
});

test.each([
  ['{"a": 1 "b": 2}', 'a comma is missing before this', 9],
  ['{"a": [1, 2,]}', 'there is a comma before "]"; JSON has none there', 12],
  ['{"a": 1,}', 'there is a comma before "}"; JSON has none there', 8],
  ['{"a": [1, 2}', '"}" does not close the "[" before it', 12],
  ['{"a": [1, 2', 'this "[" is not closed; "]" is wanted', 7],
  ['{"a" 1}', 'a ":" is wanted here, after the key', 6],
  ['{"a": }', 'a value is wanted here', 7],
  ['{a: 1}', '"a" is no JSON; text is wanted in double quotes', 2],
  ['{"a": 1} {}', 'it goes on after its value; one JSON value is wanted', 10],
  ['{"a": 1} // x', 'JSON has no comments', 10],
  ['', 'it is empty; a JSON value is wanted', 1],
])('a file of JSON is read as JSON: %j', (text, message, column) => {
  expect(parseYaml(text, 'f.json')).toMatchObject({
    ok: false,
    diagnostics: [{ message: `Cannot read f.json: ${message}`, at: { line: 1, column } }],
  });
});

test('the reader of JSON takes and refuses what JSON.parse does', () => {
  const texts = fc.oneof(
    fc.json(),
    fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'null', ' '), { maxLength: 9 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const taken = jsonProblem(text) === undefined;
      let parsed = true;
      try {
        JSON.parse(text);
      } catch {
        parsed = false;
      }
      expect(taken).toBe(parsed);
    }),
  );
});
