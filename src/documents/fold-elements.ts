import type { Diagnostic } from '../diagnostic.ts';
import { formatPosition } from '../diagnostic.ts';

/** Of the same error in several guests of one entry only the first, which says how many more there are. */
export function foldElements(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const alike = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const key = keyOf(diagnostic);
    const before = alike.get(key);
    if (before === undefined) alike.set(key, [diagnostic]);
    else before.push(diagnostic);
  }
  return [...alike.values()].flatMap((all) => {
    const [first] = all;
    if (first?.at?.element === undefined || all.length === 1) return all;
    return [{ ...first, at: { ...first.at, element: `${first.at.element} and ${all.length - 1} more` } }];
  });
}

/** Errors without an element are never alike. */
function keyOf({ code, at }: Diagnostic): string {
  if (at?.element === undefined) return `${at === undefined ? '' : formatPosition(at)} ${code}`;
  const { file, line, column } = at;
  return `element ${formatPosition({ file, line, column })} ${code}`;
}
