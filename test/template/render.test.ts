import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Positions, Result } from '../../src/diagnostic.ts';
import { createController } from '../../src/files/controller.ts';
import { CONTROLLER } from '../../src/template/controller.ts';
import { evaluate, renderValue, Verbatim } from '../../src/template/render.ts';

const variables = {
  webs: [{ id: 101 }, { id: 102 }],
  item: { id: 101, tags: null },
  big: 12345678901234,
  empty: null,
  config: { name: 'web', nested: { deep: [1, 2] } },
  key: 'nested',
  first: '{{ second }}',
  second: 'is {{ third }}',
  third: 3,
  egg: '{{ hen }}',
  hen: { from: '{{ egg }}' },
  broken: '{{ nowhere.at.all }}',
  lazy: () => ({ made: 'now' }),
};

const value = (result: Result<unknown>): unknown =>
  result.ok ? result.value : result.diagnostics.map(({ message }) => message);

const render = (template: unknown): unknown => value(renderValue(template, {}, variables));

test.each<[string, unknown]>([
  ['{{ item.id }}', 101],
  ['{{ webs }}', [{ id: 101 }, { id: 102 }]],
  ['{{ webs | map(attribute="id") | list }}', [101, 102]],
  ['web-{{ item.id }}', 'web-101'],
  ['{{ big }}', 12345678901234],
  ['{{ 9223372036854775807 + 1 }}', 9223372036854775808],
  ['{{ empty }}', null],
  ['{{ item.tags }}', null],
  ['{{ [empty, 1] }}', [null, 1]],
  ['{{ none }}', null],
  ['x{{ empty }}', 'x'],
  ['{{ true }}', true],
  ['{{ {"a": {"b": [1]}} }}', { a: { b: [1] } }],
  ['{{ config[key].deep[1] }}', 2],
  ['{{ config["name"] }}', 'web'],
  ['{{ first }}', 'is 3'],
  ['{{ lazy.made }}', 'now'],
  ['{{ nothing.at.all | default("no") }}', 'no'],
  ['{{ config.none.at["all"] | default(7) }}', 7],
  ['{{ config.none is defined }}', false],
  ['{{ config.get("name", 1) }}{{ config.nested.get(key, third + 1) }}', 'web4'],
  ['{{ config.get("nested", {}).deep }}', [1, 2]],
  ['{{ config.get("name") }}', 'web'],
  ['{{ config.nested.deep is defined }}', true],
  ['{{ 1 if true else nothing }}', 1],
  ['{{ broken if false else 2 }}', 2],
  ['{{ broken | default("mended") }}', 'mended'],
  ['{{ false and nothing }}', false],
  ['{% for web in webs %}{{ web.id }} {% endfor %}', '101 102 '],
  ['{% for web in webs if web.id > 101 %}{{ loop.index }}{{ web.id }}{% endfor %}', '1102'],
  ['{{ "}}" }}', '}}'],
  ['{{ "it\'s" ~ \'"\' }}', 'it\'s"'],
  ['plain { text } 100%', 'plain { text } 100%'],
  ['line\n', 'line\n'],
  ['{{ item.id }}\n', '101\n'],
  ['grüße {{ "ünï" | upper }}', 'grüße ÜNÏ'],
  ['{{ "a-b" | regex_replace("(\\w)-(\\w)", "\\2-\\1") }}', 'b-a'],
  ['{{ [1, [2, [3]]] | flatten(levels=1) }}', [1, 2, [3]]],
])('%s', (template, expected) => {
  expect(render(template)).toEqual(expected);
});

test.each<[string, string]>([
  ['{{ nothing }}', '"nothing" is not defined'],
  ['{{ web }}', '"web" is not defined; did you mean "webs"?'],
  ['{{ config.nmae }}', '"config" has no "nmae"; did you mean "name"?'],
  ['{{ config.nested.shallow }}', '"config.nested" has no "shallow"'],
  ['{{ "x" ~ nothing }}', '"nothing" is not defined'],
  ['{{ "x" ~ config.nothing }}', '"config" has no "nothing"'],
  ['{{ [nothing] }}', '"nothing" is not defined'],
  ['{{ nothing == 1 }}', '"nothing" is not defined'],
  ['{{ not nothing }}', '"nothing" is not defined'],
  ['{{ nothing in webs }}', '"nothing" is not defined'],
  ['{{ webs | map(attribute="name") | join(",") }}', 'map: an item has no "name": {"id": 101}'],
  ['text {{ nothing }}', '"nothing" is not defined'],
  ['{% if nothing %}x{% endif %}', '"nothing" is not defined'],
  ['{% for one in nothing %}x{% endfor %}', '"nothing" is not defined'],
  ['{% for web in webs %}{{ web.name }}{% endfor %}', '"web.name" is not defined'],
  ['{{ [] | first }}', 'the expression gives no value'],
  ['text {{ [] | first }}', '"[] | first" is not defined'],
  ['{{ item.id | nosuch }}', 'unknown filter: filter nosuch is unknown'],
  ['{{ item.id + }}', 'syntax error: unexpected end of input, expected expression'],
  ['{{ item.id', 'syntax error: unexpected end of input, expected end of variable block'],
  ['{{ "(" | regex_search("(") }}', 'regex_search: Invalid regular expression: /(/: Unterminated group'],
])('%s is an error: %s', (template, what) => {
  expect(render(template)).toEqual([expect.stringContaining(what)]);
});

test('the time, the files and the variables of this machine, as far as there is one', () => {
  const controller = createController({ directories: ['.'], home: '.' });
  const here = (template: string) =>
    value(renderValue(template, {}, { [CONTROLLER]: { ...controller, now: () => 1.5 } }));
  expect(here("{{ now(utc=true) }} {{ now(true, '%Y') }} {{ '%M:%S' | strftime(utc=true) }}")).toBe(
    '1970-01-01 00:00:01.500000 1970 00:01',
  );
  expect(here("{{ now(utc=true).strftime('%Y-%m-%d %j') }} {{ now(true).isoformat() }}")).toBe(
    '1970-01-01 001 1970-01-01T00:00:01.500000',
  );
  expect(here("{{ '/' is directory }}")).toBe(true);
  expect(render("{{ '/' is directory }}")).toEqual([
    expect.stringContaining('directory: the machine that pvefleet runs on is asked in playbooks only'),
  ]);
  expect(render("{{ lookup('env', 'HOME') }}")).toEqual([
    expect.stringContaining('lookup("env"): the machine that pvefleet runs on is asked in playbooks only'),
  ]);
});

test.each([
  ["{{ 'soon'.strftime('%Y') }}", '__strftime: wants a moment, as now() gives it, not "soon"'],
  ['{{ 5 | random }}', 'random: wants a seed'],
  ['{{ [1] | shuffle }}', 'shuffle: wants a seed'],
  ['{{ [] | random(seed=1) }}', 'random: has nothing to choose from'],
  ["{{ 'a b' | wordwrap(0) }}", 'wordwrap: wants a width of at least 1, not 0'],
  ["{{ 'x' | password_hash }}", 'password_hash: wants a salt'],
  ["{{ 'x' | password_hash('bcrypt', 'salt') }}", 'password_hash: knows no "bcrypt"'],
  ["{{ 'x' | password_hash('sha512', 'ä') }}", 'password_hash: wants a salt of up to 16 letters and digits'],
  ["{{ {'a': [1]} | combine({'a': [2]}, list_merge='add') }}", 'combine: knows no list_merge "add"'],
  ["{{ 'x' | comment('lisp') }}", 'comment: knows no style "lisp"'],
  ["{{ '1.x' is version('1.2', '<') }}", `version: can't compare "x" with "2"`],
])('%s is an error: %s', (template, what) => {
  expect(render(template)).toEqual([expect.stringContaining(what)]);
});

test('what is left to chance, in playbooks', () => {
  const controller = createController({ directories: ['.'], home: '.' });
  const drawn: number[] = [];
  const random = (below: number): number => drawn.push(below) - 1;
  const here = (template: string) =>
    value(renderValue(template, {}, { [CONTROLLER]: { ...controller, random } }));
  expect(here('{{ 5 | random }} {{ [7, 8, 9] | random }} {{ 10 | random(start=4, step=2) }}')).toBe('0 8 8');
  expect(drawn).toEqual([5, 3, 3]);
  const hash = (word: string) => here(`{{ '${word}' | password_hash('sha512', rounds=1000) }}`);
  expect(hash('x')).toMatch(/^\$6\$rounds=1000\$[0-9a-f]{16}\$[./\w]{86}$/u);
  expect(hash('x')).toBe(hash('x'));
  expect(String(hash('y')).slice(0, 30)).not.toBe(String(hash('x')).slice(0, 30));
});

test('an error of one template leaves the engine sound', () => {
  expect(render('{{ 3 | to_json | from_json + "x" | combine(4) }}')).toEqual([
    expect.stringContaining('Cannot render'),
  ]);
  expect(render('{{ item.id }}')).toBe(101);
});

test('variables that need each other are reported, not followed for ever', () => {
  expect(render('{{ egg }}')).toEqual(['Cannot render "{{ egg }}": "egg" needs "hen" needs "egg"']);
});

test('an undefined name inside a variable says which variable', () => {
  expect(render('{{ broken }}')).toEqual([
    'Cannot render "{{ nowhere.at.all }}" (variable "broken"): "nowhere" is not defined',
  ]);
});

test('a tree is rendered as a whole, all errors with their places', () => {
  const at = (line: number) => ({ file: 'site.yml', line, column: 5 });
  const positions: Positions = { '': at(1), '/name': at(2), '/tags': at(3), '/tags/1': at(4) };
  const tree = { vmid: '{{ item.id }}', name: '{{ nme }}', tags: ['web', '{{ prod }}'], '{{ key }}': 1 };
  const result = renderValue(tree, positions, variables);
  expect(result.ok ? [] : result.diagnostics.map(({ at: place }) => place?.line)).toEqual([2, 4]);
  expect(value(renderValue({ ...tree, name: 'x', tags: [] }, positions, variables))).toEqual({
    vmid: 101,
    name: 'x',
    tags: [],
    '{{ key }}': 1,
  });
});

test('evaluate gives the value of an expression without braces', () => {
  expect(value(evaluate('webs | length > 1', variables))).toBe(true);
  expect(value(evaluate('config.nested', variables))).toEqual({ deep: [1, 2] });
});

test('a path gives what the engine makes of it', () => {
  const names = ['a', 'b', 'items', 'length', 'if', 'not'];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { withCrossShrink: true },
      fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.double({ noNaN: true }), fc.constant(null)),
      fc.dictionary(fc.constantFrom(...names), tie('tree')),
      fc.array(tie('tree'), { maxLength: 2 }),
    ),
  }));
  const path = fc
    .array(fc.constantFrom(...names), { maxLength: 2 })
    .map((steps) => ['a', ...steps].join('.'));
  fc.assert(
    fc.property(tree, path, (a, way) => {
      const given = { a: new Verbatim(a) };
      // Brackets are read by the engine alone.
      const [ours, theirs] = [value(evaluate(way, given)), value(evaluate(`(${way})`, given))];
      if (!Array.isArray(theirs)) expect(ours).toEqual(theirs);
      const text = (template: string) => value(renderValue(template, {}, given));
      const [short, long] = [text(`x{{ ${way} }}`), text(`x{{ (${way}) }}`)];
      if (typeof long === 'string') expect(short).toBe(long);
    }),
    { numRuns: 100 },
  );
});
