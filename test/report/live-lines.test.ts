import { expect, test } from 'vitest';
import { liveLines } from '../../src/report/live-lines.ts';

test('lines that a narrower terminal has broken are taken away with all their rows', () => {
  const written: string[] = [];
  let width = 80;
  const live = liveLines(
    (text) => void written.push(text),
    () => width,
  );
  live.show([`\u001b[36m${'a'.repeat(79)}\u001b[39m`, 'b']);
  width = 40;
  live.print('stays\n');
  // 79 columns are two rows of 40; the colours take none.
  expect(written.at(-1)).toMatch(/^\u001b\[3A\u001b\[Jstays\n/u);
});
