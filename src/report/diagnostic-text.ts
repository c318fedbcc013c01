import type { Diagnostic } from '../diagnostic.ts';
import { formatPosition } from '../diagnostic.ts';
import type { Paint } from './paint.ts';
import { indented, printable } from './printable.ts';

/** "error: message", and below it, indented, where it was written, on which host, and what to do. */
export function diagnosticLines(diagnostic: Diagnostic, paint: Paint): readonly string[] {
  const { severity, message, at, host, hint } = diagnostic;
  return [
    `${paint(severity === 'error' ? 'red' : 'yellow', `${severity}:`)} ${printable(message).replaceAll(/\s*\n\s*/gu, ' ')}`,
    ...(at === undefined ? [] : [`  at ${formatPosition(at)}`]),
    ...(host === undefined ? [] : [`  on ${host}`]),
    ...(hint === undefined ? [] : indented(hint.replace(/^\n+/u, ''), '  ')),
  ];
}
