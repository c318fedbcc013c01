import { stripVTControlCharacters } from 'node:util';

/**
 * Text in aligned columns, measured as a terminal shows it: East Asian wide characters and emoji take two cells,
 * combining characters none, colour codes none.
 */

const gap = '  ';

/**
 * One line for each row, its cells aligned and two spaces apart, without spaces at its end.
 * With a `width` in cells the last column is cut to fit, "…" marking the cut (colour codes of a cut cell are lost).
 * Cells hold no line breaks.
 */
export function columns(rows: readonly (readonly string[])[], width?: number): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.slice(0, -1).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
    }
  }
  return rows.map((row) => {
    const before = row
      .slice(0, -1)
      .map((cell, index) => padEnd(cell, widths[index] ?? 0) + gap)
      .join('');
    const last = row.at(-1) ?? '';
    return (before + (width === undefined ? last : cut(last, width - displayWidth(before)))).trimEnd();
  });
}

/** Cells that a terminal takes to show the text. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/u.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += characterWidth(character);
  return width;
}

/** The text with spaces after it, up to `width` cells. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** As much of the text as `width` cells hold (at least one), ending in "…" when some is missing. */
export function cut(text: string, width: number): string {
  const room = Math.max(1, width);
  if (displayWidth(text) <= room) return text;
  let kept = '';
  let used = 1;
  for (const character of charactersOf(text)) {
    used += characterWidth(character);
    if (used > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Made when it is first needed: that takes 8 ms, and most text is ASCII. */
let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader counts them (a letter with its accents is one), colour codes left out. */
function* charactersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text))) yield segment;
}

const invisible = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]+$/u;

/** Wide and fullwidth characters of Unicode's EastAsianWidth.txt, by block, and what is shown as an emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;

function characterWidth(character: string): number {
  if (invisible.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
