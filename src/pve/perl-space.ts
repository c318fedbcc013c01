/** White space as Perl's \s has it in the bytes of a file, as PVE reads it: ASCII alone; no BOM, no no-break space. */

/** Whether the character at that place is white space. */
export function isSpace(text: string, at: number): boolean {
  // Always a number: undefined, once seen, would have V8 compile all hot callers anew.
  const code = at < text.length ? (text.codePointAt(at) ?? 0) : 0;
  return code === 32 || (code >= 9 && code <= 13);
}

/** Whether there is nothing but white space. */
export function isBlank(text: string): boolean {
  return startOf(text) === text.length;
}

/** Without the white space at both ends. */
export function trim(text: string): string {
  return trimEnd(text.slice(startOf(text)));
}

/** Without the white space at the end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text, end - 1)) end -= 1;
  return text.slice(0, end);
}

function startOf(text: string): number {
  let start = 0;
  while (isSpace(text, start)) start += 1;
  return start;
}
