import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  controllerFilters,
  controllerFunctions,
  controllerTests,
} from '../../src/template/controller-filters.ts';
import { isKnownWord } from '../../src/template/engine.ts';
import { drawingFilters } from '../../src/template/filters/drawing-filters.ts';
import { filters } from '../../src/template/filters.ts';
import { lookupNames } from '../../src/template/lookups/lookups.ts';
import { LOOKUP_FUNCTIONS } from '../../src/template/token-shapes.ts';
import { tests } from '../../src/template/tests.ts';

const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');

/** The words of a list of the page, those in brackets left out. */
function wordsOf(title: string): readonly string[] {
  const [, line = ''] = new RegExp(`^- \\*\\*${title}\\*\\*: (.*)$`, 'mu').exec(page) ?? [];
  return [...line.replaceAll(/\([^)]*\)/gu, '').matchAll(/`(\w+)`/gu)].map(([, word]) => word ?? '');
}

const own = (words: object): readonly string[] => Object.keys(words).filter((word) => !word.startsWith('__'));

test('docs/templates.md has all lookups, and no other', () => {
  const section = page.slice(page.indexOf('## Lookups'), page.indexOf('Each is a loop of that name'));
  const cells = [...section.matchAll(/^\| (`.*?) \|/gmu)].flatMap(([, names = '']) =>
    [...names.matchAll(/\w+/gu)].map(([word]) => word),
  );
  expect(cells.toSorted()).toEqual([...lookupNames].toSorted());
});

test('docs/templates.md has all filters, tests and functions, each being there', () => {
  const kinds = ['text', 'numbers', 'lists', 'mappings', 'data', 'paths'];
  const listed = kinds.flatMap(wordsOf);
  expect(listed.filter((word) => !isKnownWord('filter', word) && word !== 'seed')).toEqual([]);
  expect(
    own({ ...filters, ...controllerFilters, ...drawingFilters }).filter((word) => !listed.includes(word)),
  ).toEqual([]);
  const listedTests = wordsOf('tests');
  expect(listedTests.filter((word) => !isKnownWord('test', word))).toEqual([]);
  expect(own({ ...tests, ...controllerTests }).filter((word) => !listedTests.includes(word))).toEqual([]);
  const functions = wordsOf('functions');
  expect(functions.filter((word) => !isKnownWord('function', word))).toEqual([]);
  expect(
    [...LOOKUP_FUNCTIONS, ...own(controllerFunctions)].filter((word) => !functions.includes(word)),
  ).toEqual([]);
});
