import { expect, test } from 'vitest';
import { holds } from '../../src/template/condition.ts';

const variables = {
  web: 'false',
  on: 'YES',
  word: 'maybe',
  list: [],
  items: [1],
  number: 0,
  nothing: null,
  name: 'pve1',
};

test.each<[unknown, boolean]>([
  [true, true],
  [false, false],
  ['name == "pve1"', true],
  ['web', false],
  ['on', true],
  ['list', false],
  ['items', true],
  ['number', false],
  ['nothing', false],
  ['missing is not defined', true],
  [['name == "pve1"', 'items'], true],
  [['name == "pve2"', 'missing'], false],
  [[], true],
  ['', true],
  ['{{ 1 == 1 }}', true],
  ['{{ not true }}', false],
])('when: %j is %j', (condition, expected) => {
  expect(holds(condition, {}, variables)).toEqual({ ok: true, value: expected, warnings: [] });
});

test.each<[unknown, string]>([
  ['word', 'Cannot use "word" as a condition: it gives the text "maybe"; true or false is wanted'],
  [
    '{{ web }} == 1',
    'Cannot use "{{ web }} == 1" as a condition: it has braces; a condition is an expression already',
  ],
  [
    '{{ a }} or {{ b }}',
    'Cannot use "{{ a }} or {{ b }}" as a condition: it has braces; a condition is an expression already',
  ],
  ['nme', 'Cannot render "nme": "nme" is not defined; did you mean "name"?'],
  [['items', 'missing'], 'Cannot render "missing": "missing" is not defined'],
])('when: %j is an error', (condition, message) => {
  const result = holds(condition, { '': { file: 'a.yml', line: 1, column: 1 } }, variables);
  expect(result.ok ? [] : result.diagnostics).toEqual([
    expect.objectContaining({ message, at: { file: 'a.yml', line: 1, column: 1 } }),
  ]);
});
