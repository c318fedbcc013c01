import type { Program } from './program.ts';
import { failed } from './ran.ts';

/** Lock files of containers' configs; their locks are those that `pct` takes. */
const CONTAINER = /^\/(?:var|run)\/lock\/lxc\/pve-config-(\d+)\.lock$/;

/** flock(1) that runs a command while it holds a lock file; with -w the seconds that it waits, else for ever; -E is its exit code when it gets no lock. */
export const flock: Program = async ({ node, argv, exec }) => {
  const words = [...argv];
  let seconds = Number.POSITIVE_INFINITY;
  let conflict = 1;
  while (words[0]?.startsWith('-') === true) {
    const option = words.shift();
    if (option === '-w') seconds = Number(words.shift());
    else if (option === '-E') conflict = Number(words.shift());
    else return failed(`flock: the lab does not simulate ${option}`);
  }
  const [file, ...command] = words;
  if (file === undefined || command.length === 0) return failed('flock: requires file and command');
  const release = await node.machine.locks.take(CONTAINER.exec(file)?.[1] ?? file, seconds);
  if (release === undefined) return { stdout: '', stderr: '', exit: conflict };
  try {
    return await exec(command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '));
  } finally {
    release();
  }
};
