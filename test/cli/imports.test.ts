import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';

/** What a start costs is what it imports: zod and execa cost more than Node itself. */

const cli = new URL('../../src/cli/', import.meta.url);
const names = commands.map(({ name }) => name);

test('main imports Node and the table of commands only', () => {
  expect(importedFrom('main.ts', 'static')).toEqual(['node:fs']);
});

test.each(names)('%s --help imports no package', (name) => {
  expect(importedFrom(`${name}.ts`, 'static').filter((module) => !module.startsWith('node:'))).toEqual([]);
});

test('exec on nodes imports ssh2 and yaml, neither zod nor execa before a node asks for another transport, and the template engine only where a variable needs it', () => {
  const others = /survey-nodes|exec-in-guests|\/(?:openssh|local)\.ts/u;
  const packages = importedFrom('exec.ts', 'all', others).filter((module) => !module.startsWith('node:'));
  expect(packages).toEqual(['minijinja-js', 'p-limit', 'ssh2', 'yaml']);
  expect(importedFrom('open-inventory.ts', 'static')).not.toContain('minijinja-js');
});

test('a document without templates is read without the template engine', () => {
  const packages = importedFrom('../documents/read-document.ts', 'static');
  expect(packages).toContain('yaml');
  expect(packages).not.toContain('minijinja-js');
});

/** Packages and Node's modules that a file imports by itself and through ours, `import()` counted or not, but for what is only `without` them. */
function importedFrom(file: string, kind: 'static' | 'all', without?: RegExp): readonly string[] {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href) || without?.test(url.href) === true) return;
    seen.add(url.href);
    for (const specifier of specifiersOf(readFileSync(fileURLToPath(url), 'utf8'), kind)) {
      if (specifier.startsWith('.')) visit(new URL(specifier, url));
      else outside.add(specifier);
    }
  };
  visit(new URL(file, cli));
  return [...outside].sort();
}

function specifiersOf(source: string, kind: 'static' | 'all'): readonly string[] {
  const imports = [...source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gmu)];
  const lazy = kind === 'all' ? [...source.matchAll(/\bimport\('([^']+)'\)/gu)] : [];
  return [...imports, ...lazy].flatMap(([, specifier]) => specifier ?? []);
}
