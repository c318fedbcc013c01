import type { KeptCheckpoint } from '../modules/module.ts';

/** The checkpoint that a run takes before it changes something; the name is one that PVE takes for snapshots (40 characters). */
export function checkpointOf(run: string): KeptCheckpoint {
  return { name: `pvefleet-${run}`, description: `Taken by pvefleet before its run ${run}` };
}

/** Milliseconds since 1970 when a checkpoint of ours was taken; undefined when name or description are not ours. */
export function takenAt({ name, description }: KeptCheckpoint): number | undefined {
  const run = /^pvefleet-(?<run>\d{8}t\d{9}-[0-9a-z]{4})$/u.exec(name)?.groups?.['run'];
  if (run === undefined || description.trim() !== checkpointOf(run).description) return undefined;
  const time = run.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3}).*$/u, '$1-$2-$3T$4:$5:$6.$7Z');
  return Date.parse(time);
}
