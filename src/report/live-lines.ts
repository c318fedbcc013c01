import { displayWidth } from '../text/columns.ts';

/** Lines at the end of a terminal's output that are rewritten in place, below all that stays. */
export interface LiveLines {
  /** Puts these in place of the ones shown; none: takes them away. */
  show(lines: readonly string[]): void;
  /** Writes text that stays, above them. */
  print(text: string): void;
  /** Somebody else is about to write: what is on the screen stays there, the next lines go below. */
  leave(): void;
}

/**
 * Lines given must be narrower than the terminal is then. One that has become narrower since has broken them, and they
 * take more rows: as many as are taken away.
 */
export function liveLines(write: (text: string) => void, width: () => number): LiveLines {
  let wanted: readonly string[] = [];
  let onScreen: readonly number[] = [];
  const erase = (): string => {
    const rows = onScreen.reduce((sum, columns) => sum + Math.max(1, Math.ceil(columns / width())), 0);
    return rows === 0 ? '' : `\u001b[${rows}A\u001b[J`;
  };
  const draw = (text: string): void => {
    const all = erase() + text + wanted.map((line) => `${line}\n`).join('');
    onScreen = wanted.map(columnsOf);
    if (all !== '') write(all);
  };
  return {
    show(lines) {
      wanted = lines;
      draw('');
    },
    print: draw,
    leave() {
      onScreen = [];
    },
  };
}

/** Columns that a line takes, its colours left out. */
const columnsOf = (line: string): number => displayWidth(line.replaceAll(/\u001b\[\d+m/gu, ''));
