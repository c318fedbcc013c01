import { styleText } from 'node:util';
import type { Diagnostic } from '../diagnostic.ts';
import { formatPosition } from '../diagnostic.ts';
import type { Output } from './command.ts';

/**
 * Prints each as "error: message" with its position, host and hint on indented lines below it;
 * the first word coloured where the output takes colours.
 */
export function printDiagnostics(diagnostics: readonly Diagnostic[], output: Output): void {
  for (const diagnostic of diagnostics) output.write(formatDiagnostic(diagnostic, output.colour));
}

function formatDiagnostic(diagnostic: Diagnostic, colour: boolean): string {
  const style = diagnostic.severity === 'error' ? 'red' : 'yellow';
  const word = `${diagnostic.severity}:`;
  const below = [
    ...(diagnostic.at === undefined ? [] : [`at ${formatPosition(diagnostic.at)}`]),
    ...(diagnostic.host === undefined ? [] : [`on ${diagnostic.host}`]),
    ...(diagnostic.hint === undefined ? [] : diagnostic.hint.replace(/^\n+|\n+$/gu, '').split('\n')),
  ];
  const lines = [`${colour ? styleText(style, word) : word} ${diagnostic.message}`, ...below.map((line) => `  ${line}`)];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
