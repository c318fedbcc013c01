import { readdirSync, readFileSync } from 'node:fs';

/** How many processes of this machine have the text in their command line. */
export function processesWith(text: string): number {
  return readdirSync('/proc').filter((pid) => /^\d+$/u.test(pid) && commandLine(pid).includes(text)).length;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
