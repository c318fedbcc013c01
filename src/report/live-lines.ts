import { displayWidth } from '../text/columns.ts';

/** Lines at the end of a terminal's output that are rewritten in place, below all that stays. */
export interface LiveLines {
  /** Writes text that stays, and puts these lines below it in place of those shown. */
  draw(text: string, lines: readonly string[]): void;
  /** Somebody else is about to write: what is on the screen stays there, the next lines go below. */
  leave(): void;
}

/**
 * Lines given must be narrower than the terminal is then. One that has become narrower since has broken them, and they
 * take more rows: as many are taken away, as far as the top of the screen.
 */
export function liveLines(
  write: (text: string) => void,
  size: () => { readonly columns: number; readonly rows: number },
): LiveLines {
  let onScreen: readonly string[] = [];
  const erase = (): string => {
    const { columns, rows } = size();
    const taken = onScreen.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    return taken === 0 ? '' : `\u001b[${Math.min(taken, Math.max(1, rows - 1))}A\u001b[J`;
  };
  return {
    draw(text, lines) {
      if (text === '' && lines.length === onScreen.length && lines.every((line, at) => line === onScreen[at]))
        return;
      const all = `${erase()}${text}${lines.map((line) => `${line}\n`).join('')}`;
      onScreen = lines;
      if (all !== '') write(all);
    },
    leave() {
      onScreen = [];
    },
  };
}

/** Columns that a line takes, its colours left out. */
const columnsOf = (line: string): number => displayWidth(line.replaceAll(/\u001b\[\d+m/gu, ''));
