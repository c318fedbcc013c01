import type { Machine } from '../machine.ts';
import type { Step } from './recording.ts';

/** Puts in place the file of SSH keys that a step reads: recordings leave it out, and repeat what was in it. */
export function seedKeys(machine: Machine, { argv, stdout }: Step): void {
  const path = argv[argv.indexOf('--sshkeys') + 1];
  const text = /^update VM \d+:.* -sshkeys (\S+)/m.exec(stdout)?.[1];
  if (!argv.includes('--sshkeys') || path === undefined || text === undefined) return;
  machine.files.write(path, decodeURIComponent(text));
}
