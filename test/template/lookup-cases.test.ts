import { expect, test } from 'vitest';
import { recorded, rendered } from './recorded-cases.ts';

process.env['PVEFLEET_TEST'] = 'from the environment';

/** What differs from Ansible 2.14, as docs/templates.md explains it: our result. */
const different: Readonly<Record<string, string>> = {
  "{{ lookup('file', 'data.json') }}": '{"k": [1, 2]}',
  "{{ lookup('template', 'only.j2') }}": '[1, 2, 3]',
  "{{ query('template', 'greet.j2', 'only.j2') }}": 'NATIVE ["a is 1\\n", "[1, 2, 3]"]',
};

const all = recorded('lookup-cases.json');

test.each(all.cases)('$template', ({ template, ansible_2_14: ansible }) => {
  expect(rendered(all, template, ansible)).toBe(different[template] ?? ansible);
});
