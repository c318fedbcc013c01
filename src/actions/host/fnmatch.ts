/** A shell pattern as Python's fnmatch reads it: "*", "?", "[seq]", "[!seq]"; a backslash is a letter like any other. */
export function fnmatch(pattern: string): RegExp {
  const body = pattern.replaceAll(
    /\[(?<not>!?)(?<set>\]?[^\]]*)\]|[\s\S]/gu,
    (piece, not?: string, set?: string) => {
      if (piece === '*') return '[\\s\\S]*';
      if (piece === '?') return '[\\s\\S]';
      if (set !== undefined)
        return `[${not === '!' ? '^' : ''}${set.replaceAll(/[\\[\]^]/gu, String.raw`\$&`)}]`;
      return piece.replace(/[\\^$.*+?()[\]{}|/]/u, String.raw`\$&`);
    },
  );
  return new RegExp(`^${body}$`, 'u');
}
