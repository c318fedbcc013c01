import { expect, test } from 'vitest';
import { positionAt, positionsUnder } from '../../src/diagnostic.ts';
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
    [2, 'Cannot read f.yml: Map keys must be unique'],
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
