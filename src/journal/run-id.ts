/** A run's id: sorts by time (milliseconds), unique enough for one controller, and safe in file and unit names. */
export function runId(now: Date, random: () => number = Math.random): string {
  const time = now
    .toISOString()
    .replaceAll(/[-:.Z]/gu, '')
    .toLowerCase();
  return `${time}-${Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}
