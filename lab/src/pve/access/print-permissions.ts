import type { Parameters } from '../cli/getopt.ts';
import { plainText, type Json } from '../pvesh/format.ts';
import { printResult } from '../pvesh/print.ts';
import type { Session } from '../session.ts';

/** Privileges by path as `pveum` prints them: a line each, `(*)` behind those that hold below the path too. */
export function printPermissions(session: Session, method: string, result: Json, format: Parameters): void {
  if ((format['output-format'] ?? 'text') !== 'text') {
    printResult(session, method, result, format);
    return;
  }
  const rows = entries(result).map(([path, held]) => ({
    path,
    permissions: entries(held)
      .map(([name, propagate]) => `${name}${plainText(propagate) === '1' ? ' (*)' : ''}`)
      .toSorted()
      .join('\n'),
  }));
  printResult(session, 'pveum permissions', rows, format);
  session.print("Permissions marked with '(*)' have the 'propagate' flag set.\n");
}

function entries(value: Json): readonly (readonly [string, Json])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
