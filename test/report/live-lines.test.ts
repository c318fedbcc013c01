import { expect, test } from 'vitest';
import { liveLines } from '../../src/report/live-lines.ts';

/** Live lines on a terminal whose size can be changed, and what was written to it last. */
function onTerminal() {
  const written: string[] = [];
  const size = { columns: 80, rows: 24 };
  const lines = liveLines(
    (text) => void written.push(text),
    () => size,
  );
  return { lines, size, written };
}

test('lines that a narrower terminal has broken are taken away with all their rows', () => {
  const { lines, size, written } = onTerminal();
  lines.draw('', [`\u001b[36m${'a'.repeat(79)}\u001b[39m`, 'b']);
  size.columns = 40;
  lines.draw('stays\n', []);
  // 79 columns are two rows of 40; the colours take none.
  expect(written.at(-1)).toBe('\u001b[3A\u001b[Jstays\n');
});

test('on a terminal that has become very small, no more is taken away than it holds', () => {
  const { lines, size, written } = onTerminal();
  lines.draw('', ['a'.repeat(79), 'b', 'c']);
  Object.assign(size, { columns: 10, rows: 5 });
  lines.draw('', []);
  expect(written.at(-1)).toBe('\u001b[4A\u001b[J');
});

test('what is on the screen already is not written again', () => {
  const { lines, written } = onTerminal();
  lines.draw('', ['a', 'b']);
  lines.draw('', ['a', 'b']);
  lines.draw('', ['a', 'c']);
  expect(written).toEqual(['a\nb\n', '\u001b[2A\u001b[Ja\nc\n']);
});
