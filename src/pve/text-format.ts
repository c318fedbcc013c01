/** A format of a single value that PVE's schema only names. */
export interface TextFormat {
  readonly takes: (text: string) => boolean;
  /** What is wanted, as the end of a sentence: "a MAC address". */
  readonly wanted: string;
}

export const byPattern = (pattern: RegExp, wanted: string): TextFormat => ({
  takes: (text) => pattern.test(text),
  wanted,
});

export const oneOf = (words: string): TextFormat => {
  const known = words.split(' ');
  return { takes: (text) => known.includes(text), wanted: `one of ${known.join(', ')}` };
};
