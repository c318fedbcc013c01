import type { Diagnostic, Result } from '../../src/diagnostic.ts';

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return result.value;
}

/** The one diagnostic of a failure. */
export function error(result: Result<unknown>): Diagnostic {
  const [first, ...more] = result.ok ? [] : result.diagnostics;
  if (first === undefined || more.length > 0) throw new Error('exactly one diagnostic expected');
  return first;
}
