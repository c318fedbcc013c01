/** How far a long command of PVE is, by its own words. */
export interface Progress {
  /** 0 to 100; left out where the line has none. */
  readonly percent?: number;
  readonly text: string;
}

/** What PVE's task logs begin lines with: the time, and in a backup "INFO:". */
const PREFIX = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d )?(?:INFO: +)?/u;

/**
 * The kinds of lines that tell how far a task is: copies of disks ("transferred 1.0 GiB of 2.0 GiB (50.63%)", also of a
 * mirror), backups ("12% (1.0 GiB of 8.0 GiB) in 3s, …"), restores ("progress 5% (read 53739520 bytes, …)"): recordings
 * vm-*, backup-04. Memory of a live migration ("migration active, transferred …"): qemu-server, QemuMigrate.pm.
 * Offline copies of volumes ("671092736 bytes (671 MB, 640 MiB) copied, 15 s, 44.4 MB/s"): recording cluster-02.
 */
const KINDS: readonly RegExp[] = [
  /^(?:[\w-]+: )?transferred .+ of .+ \((?<percent>[\d.]+)%\)/u,
  /^(?<percent>[\d.]+)% \(.+ of .+\)/u,
  /^progress (?<percent>[\d.]+)% \(/u,
  /^migration active, transferred /u,
  /^\d+ bytes \(.+\) copied, /u,
];

/** Reads a line of output; undefined where it tells of no progress. */
export function parseProgress(line: string): Progress | undefined {
  // Most output has none of it, and need not be looked at closely.
  if (!line.includes('%') && !line.includes('transferred') && !line.includes('copied')) return undefined;
  const text = line.replace(PREFIX, '').trim();
  for (const kind of KINDS) {
    const match = kind.exec(text);
    if (match === null) continue;
    const percent = match.groups?.['percent'];
    return percent === undefined ? { text } : { percent: Math.min(100, Number(percent)), text };
  }
  return undefined;
}

/** Longer than any of PVE's own lines about progress; the rest of a line that is longer is passed over. */
const LONGEST_LINE = 1000;

/** Takes a command's output in pieces, and tells of the last progress in each piece. */
export function progressReader(
  tell: (progress: Progress) => void,
): (stream: 'stdout' | 'stderr', chunk: Buffer) => void {
  const rest = { stdout: '', stderr: '' };
  return (stream, chunk) => {
    const lines = (rest[stream] + chunk.toString('latin1')).split(/[\r\n]/u);
    rest[stream] = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    const last = lines.findLast((line) => line.length <= LONGEST_LINE && parseProgress(line) !== undefined);
    const progress = last === undefined ? undefined : parseProgress(last);
    if (progress !== undefined) tell(progress);
  };
}
