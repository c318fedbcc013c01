import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const src = new URL('../../src/', import.meta.url);

/** Every source file that is loaded with this one; types and import() are not. */
function loadedWith(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(new URL(file, src), 'utf8');
  for (const found of text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '(?<target>\.[^']+)';/gmsu)) {
    const target = new URL(found.groups?.['target'] ?? '', new URL(file, src));
    loadedWith(target.pathname.slice(src.pathname.length), known);
  }
  return known;
}

const tables = (file: string): readonly string[] =>
  [...loadedWith(file)].filter((name) => name.includes('/schema/')).toSorted();

test('what prints commands and requests loads no table', () => {
  expect(tables('pve/render-call.ts')).toEqual([]);
  expect(tables('pve/render-https.ts')).toEqual([]);
  expect(tables('pve/load-area.ts')).toEqual([]);
});

test("what checks guests' calls loads guests' tables only", () => {
  expect(tables('pve/check-call.ts')).toEqual([
    'pve/schema/container-options.ts',
    'pve/schema/methods/container-methods.ts',
    'pve/schema/methods/method-table.ts',
    'pve/schema/methods/shared-parameters.ts',
    'pve/schema/methods/vm-methods.ts',
    'pve/schema/vm-options.ts',
  ]);
});
