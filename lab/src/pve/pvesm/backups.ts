import { readArchive } from '../backup/archive.ts';
import type { Marked } from '../backup/prune.ts';
import { markedBackups, pruneTask } from '../backup/prune-task.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { locate } from '../storage/volumes.ts';

const count = { type: 'integer', minimum: 0, optional: 1 };

/** What says how many backups stay, as options of their own. */
export const RETENTION: Properties = {
  'keep-all': { type: 'boolean', optional: 1 },
  'keep-last': count,
  'keep-hourly': count,
  'keep-daily': count,
  'keep-weekly': count,
  'keep-monthly': count,
  'keep-yearly': count,
};

/** `pvesm extractconfig`: the guest's config out of a backup. Throws Failure. */
export function extractConfig(session: Session, { volume = '' }: Parameters): void {
  const { name, path } = locate(session.machine, volume);
  if (name.type !== 'backup') die(`unable to use volume ${volume} - content type needs to be 'backup'`);
  if (session.machine.volumes.size(path) === undefined) die(`volume '${volume}' does not exist`);
  const archive =
    readArchive(session.machine, path) ??
    die(`pvefleet-lab: the archive '${path}' was not made by the lab, which cannot read it`);
  session.print(`${archive.config}\n`);
}

/** `pvesm prune-backups`: what fails in its task is said, and nothing more. Throws Failure. */
export async function pruneBackups(session: Session, parameters: Parameters): Promise<void> {
  const { storage = '', vmid, type, 'dry-run': dry } = parameters;
  const given = Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      name in RETENTION && value !== undefined ? [[name, value]] : [],
    ),
  );
  if (given['keep-all'] === '1' && Object.keys(given).length > 1)
    refuseParameters({ 'keep-all': 'keep-all cannot be set together with other options' });
  const keep = Object.keys(given).length > 0 ? given : undefined;
  if (dry === '1') preview(session, markedBackups(session.machine, { storage, vmid, type, keep }));
  else await pruneTask(session, { storage, vmid, type, keep });
}

function preview(session: Session, marked: readonly Marked[]): void {
  if (marked.length === 0) {
    session.print('No backups found\n');
    return;
  }
  session.print(
    'NOTE: this is only a preview and might not be what a subsequent\nprune call does if backups are removed/added in the meantime.\n\n',
  );
  const width = Math.max(...marked.map(({ volume }) => volume.length)) + 1;
  const line = (volume: string, id: string, mark: string): string =>
    `${volume.padEnd(width)} ${id.padStart(15)} ${mark.padStart(10)}\n`;
  session.print(line('Backup', 'Backup-ID', 'Prune-Mark'));
  for (const { volume, type, vmid, mark } of marked)
    session.print(line(volume, vmid === undefined ? type : `${type}/${vmid}`, mark));
}
