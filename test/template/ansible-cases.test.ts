import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createController } from '../../src/files/controller.ts';
import { CONTROLLER } from '../../src/template/controller.ts';
import { pythonJson } from '../../src/template/python-text.ts';
import { renderValue } from '../../src/template/render.ts';

interface Cases {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly name: string;
    readonly template: string;
    readonly ansible_2_14: string;
  }[];
}

/** What differs from Ansible 2.14, as docs/templates.md explains it: our result. */
const different: Readonly<Record<string, string>> = {
  'selectattr match': 'NATIVE 2',
  'zip/product': 'NATIVE 2',
  batch: 'NATIVE 2',
  'if expr no else': '[]',
  tojson: '[1, 2, 3]',
  'undefined strict': 'ERROR "nope" is not defined',
  'undefined attr strict': 'ERROR "vm" has no "nope"',
};

const recorded: Cases = JSON.parse(
  readFileSync(new URL('../recordings/ansible-cases.json', import.meta.url), 'utf8'),
);
const { variables, cases } = recorded;
const controller = createController({ directories: ['.'], home: '.' });
process.env['HOME'] = '/root';

test.each(cases)('$name: $template', ({ name, template, ansible_2_14: ansible }) => {
  const result = renderValue(template, {}, { ...variables, [CONTROLLER]: controller });
  const shown = !result.ok
    ? `ERROR ${(result.diagnostics[0]?.message ?? '').replace(/^Cannot render ".*": /su, '')}`
    : typeof result.value === 'string'
      ? result.value
      : `NATIVE ${pythonJson(result.value)}`;
  expect(shown).toBe(different[name] ?? ansible);
});

test('docs/templates.md names each difference', () => {
  const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
  const named = cases
    .filter(({ name }) => name in different)
    .map(({ template }) => `\`${template.replaceAll('|', '\\|')}\``);
  expect(named.filter((template) => !page.includes(template))).toEqual([]);
});
