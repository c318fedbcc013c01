/** Every line of a text with its own line end; joined again they are the text. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Lets a last line without a line end have one, so that another can follow. */
export function closedLine(line: string): string {
  return line === '' || line.endsWith('\n') ? line : `${line}\n`;
}

/** "\n", "\r\n", or "" for a last line without one. */
export function lineEnd(line: string): string {
  return /\r?\n$/u.exec(line)?.[0] ?? '';
}

/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}
