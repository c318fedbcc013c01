/** Lines at the end of a terminal's output that are rewritten in place, below all that stays. */
export interface LiveLines {
  /** Puts these in place of the ones shown; none: takes them away. */
  show(lines: readonly string[]): void;
  /** Writes text that stays, above them. */
  print(text: string): void;
  /** Somebody else is about to write: what is on the screen stays there, the next lines go below. */
  leave(): void;
}

/** Lines given must be narrower than the terminal: one that wraps would not be taken away as a whole. */
export function liveLines(write: (text: string) => void): LiveLines {
  let wanted: readonly string[] = [];
  let onScreen = 0;
  const erase = (): string => (onScreen === 0 ? '' : `\u001b[${onScreen}A\u001b[J`);
  const draw = (text: string): void => {
    const all = erase() + text + wanted.map((line) => `${line}\n`).join('');
    onScreen = wanted.length;
    if (all !== '') write(all);
  };
  return {
    show(lines) {
      wanted = lines;
      draw('');
    },
    print: draw,
    leave() {
      onScreen = 0;
    },
  };
}
