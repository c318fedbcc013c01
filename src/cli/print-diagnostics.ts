import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticLines } from '../report/diagnostic-text.ts';
import { painter } from '../report/paint.ts';
import type { Output } from './command.ts';

/**
 * Prints each as "error: message" with its position, host and hint on indented lines below it;
 * the first word coloured where the output takes colours.
 */
export function printDiagnostics(diagnostics: readonly Diagnostic[], output: Output): void {
  const lines = diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic, painter(output.colour)));
  if (lines.length > 0) output.write(lines.map((line) => `${line}\n`).join(''));
}
