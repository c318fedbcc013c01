const MOST_LINES = 12;
const MOST_COLUMNS = 200;

/** The lines that differ, `-` recorded and `+` got, without what both begin and end with; long ones are cut. */
export function lineDiff(recorded: string, got: string): readonly string[] {
  const left = recorded.split('\n');
  const right = got.split('\n');
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end))
    end += 1;
  return [
    ...mark('-', left.slice(start, left.length - end)),
    ...mark('+', right.slice(start, right.length - end)),
  ];
}

function mark(sign: string, lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${sign} ${cut(line)}`);
  return lines.length > MOST_LINES
    ? [...shown, `  ${sign} ... ${lines.length - MOST_LINES} more lines`]
    : shown;
}

function cut(line: string): string {
  const visible = JSON.stringify(line).slice(1, -1).replaceAll('\\"', '"');
  return visible.length > MOST_COLUMNS ? `${visible.slice(0, MOST_COLUMNS)}...` : visible;
}
