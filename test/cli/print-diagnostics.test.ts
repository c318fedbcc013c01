import { expect, test } from 'vitest';
import { printDiagnostics } from '../../src/cli/print-diagnostics.ts';
import type { Diagnostic } from '../../src/diagnostic.ts';

const diagnostic: Diagnostic = {
  code: 'test/x',
  severity: 'warning',
  trouble: 'failed',
  message: 'Cannot do it: it is so; it is wanted otherwise',
  at: { file: 'site.yml', line: 3, column: 7 },
  host: 'pve1',
  hint: '\nfirst\nsecond',
};

function printed(colour: boolean): string {
  const texts: string[] = [];
  printDiagnostics([diagnostic], {
    write: (text) => void texts.push(String(text)),
    isTTY: colour,
    colour,
    columns: 80,
    rows: 24,
  });
  return texts.join('');
}

test('a diagnostic with its place, host and hint', () => {
  expect(printed(false)).toBe(
    'warning: Cannot do it: it is so; it is wanted otherwise\n  at site.yml:3:7\n  on pve1\n  first\n  second\n',
  );
});

test('coloured where colours are wanted', () => {
  expect(printed(true)).toMatch(/^\u001b\[33mwarning:\u001b\[39m Cannot/u);
});
