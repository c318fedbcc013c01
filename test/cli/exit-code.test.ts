import { expect, test } from 'vitest';
import { exitCodeFor } from '../../src/cli/exit-code.ts';
import type { Diagnostic, Trouble } from '../../src/diagnostic.ts';

const diagnostic = (trouble: Trouble, severity: Diagnostic['severity'] = 'error'): Diagnostic => ({
  code: 'test/x',
  severity,
  trouble,
  message: '',
});

test.each<[readonly Trouble[], number]>([
  [[], 0],
  [['invalid'], 1],
  [['failed'], 3],
  [['unreachable'], 4],
  [['stale'], 5],
  [['refused'], 6],
  [['unreachable', 'failed'], 3],
  [['unreachable', 'refused'], 6],
  [['stale', 'failed', 'invalid'], 1],
])('%j is %i', (troubles, code) => {
  expect(exitCodeFor(troubles.map((trouble) => diagnostic(trouble)))).toBe(code);
});

test('warnings change nothing', () => {
  expect(exitCodeFor([diagnostic('refused', 'warning'), diagnostic('unreachable')])).toBe(4);
});
