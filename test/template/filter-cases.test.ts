import { expect, test } from 'vitest';
import { recorded, rendered } from './recorded-cases.ts';

process.env['PVEFLEET_TEST'] = 'from the environment';
process.env['TZ'] = 'UTC';

/** What differs from Ansible 2.14, as docs/templates.md explains it: our result. */
const different: Readonly<Record<string, string>> = {
  // Text that looks like a list or a truth value stays text.
  '{{ d | tojson }}': '{"b": 1, "a": {"n": 2, "l": [1]}}',
  "{{ '%s' | format([1, 'a']) }}": "[1, 'a']",
  "{{ '%s' % list }}": '[3, 1, 2]',
  "{{ [1, 'a'] | pprint }}": "[1, 'a']",
  "{{ [1, 2] ~ '' }}": '[1, 2]',
  '{{ true | quote }}': 'True',
  // Pairs are lists.
  '{{ path | splitext }}': 'NATIVE ["/etc/pve/nodes.d/file.tar", ".gz"]',
  "{{ '.bashrc' | splitext }}": 'NATIVE [".bashrc", ""]',
  "{{ 'a.b/c' | splitext }}": 'NATIVE ["a.b/c", ""]',
  "{{ 'x.' | splitext }}": 'NATIVE ["x", "."]',
  '{{ winpath | win_splitdrive }}': 'NATIVE ["C:", "\\\\a\\\\b.txt"]',
  '{{ d.items() | first }}': 'NATIVE ["b", 1]',
  // YAML's times and dates stay text.
  '{{ yamlnums | from_yaml }}': 'NATIVE [420, "1:30", 1000, 31, true, null, "1e3", 0.5, "2020-01-01"]',
  // Keys are text, those that are numbers come first.
  "{{ {'10': 'x', '9': 'y'} | dict2items }}":
    'NATIVE [{"key": "9", "value": "y"}, {"key": "10", "value": "x"}]',
  "{{ users | rekey_on_member('uid') | dict2items | map(attribute='key') | list }}": 'NATIVE ["1", "2", "3"]',
  // True is not 1.
  "{{ [1, true, 1.0, '1'] | unique }}": 'NATIVE [1, true, "1"]',
  // A half is rounded away from zero.
  '{{ 2.5 | round }}': 'NATIVE 3',
  '{{ -2.5 | round }}': 'NATIVE -3',
  'x{{ 1e20 }}y': 'x100000000000000000000.0y',
  // A text of several lines inside of brackets.
  '{{ deep | to_yaml }}':
    'm: {k: \'v, w\', l: null, t: "line\\n"}\nz:\n- a:\n  - 1\n  - [2, 3]\n  b: {}\n- s\n- []\n',
  // Not there.
  "{{ dict([['a', 1]]) }}": 'ERROR Cannot render "{{ dict([[\'a\', 1]]) }}": invalid operation',
  '{{ 2 ** -1 }}': 'ERROR Cannot render "{{ 2 ** -1 }}": invalid operation: unable to calculate 2 ** -1',
  '{% set p = [] %}{% for x in names %}{{ p.append(x) }}{% endfor %}{{ p | length }}':
    'ERROR Cannot render "{% set p = [] %}{% for x in names %}{{ p.append(x) }}{% endfor %}{{ p | lengt...": unknown method: sequence has no method named append',
};

const all = recorded('filter-cases.json');

test.each(all.cases)('$template', ({ template, ansible_2_14: ansible }) => {
  expect(rendered(all, template, ansible)).toBe(different[template] ?? ansible);
});
