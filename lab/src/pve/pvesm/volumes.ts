import type { Parameters } from '../cli/getopt.ts';
import { refuseParameters } from '../failure.ts';
import { runTask, type Session } from '../session.ts';
import { splitList } from '../formats/values.ts';
import { activateStorage } from '../storage/activate.ts';
import { usableStorage } from '../storage/config.ts';
import { contentOf } from '../storage/content.ts';
import { allocate, free, locate } from '../storage/volumes.ts';

/** `pvesm list`. Throws Failure. */
export function listContent(session: Session, { storage = '', content, vmid }: Parameters): void {
  const section = usableStorage(session.machine, storage);
  activateStorage(session, section);
  const rows = contentOf(
    session.machine,
    section,
    content === undefined ? undefined : new Set(splitList(content)),
    vmid,
  );
  const width = Math.max(0, ...rows.map((row) => row.volume.length));
  const digits = Math.max(1, ...rows.map((row) => String(row.bytes).length));
  const line = (volume: string, format: string, type: string, size: string): string =>
    `${volume.padEnd(width)} ${format.padEnd(7)} ${type.padEnd(9)} ${size.padStart(digits)}`;
  session.print(`${line('Volid', 'Format', 'Type', 'Size')} VMID\n`);
  for (const row of rows.filter((one) => one.vmid !== undefined))
    session.print(`${line(row.volume, row.format, row.content, String(row.bytes))} ${row.vmid}\n`);
  for (const row of rows
    .filter((one) => one.vmid === undefined)
    .toSorted((a, b) => (a.format < b.format ? -1 : a.format > b.format ? 1 : 0))) {
    session.print(`${line(row.volume, row.format, row.content, String(row.bytes))}\n`);
  }
}

/** `pvesm alloc`. Throws Failure. */
export async function allocateVolume(
  session: Session,
  { storage = '', vmid = '', filename = '', size = '', format }: Parameters,
): Promise<void> {
  const kib =
    Number(/^\d+/.exec(size)?.[0] ?? 0) * (size.endsWith('G') ? 1024 ** 2 : size.endsWith('M') ? 1024 : 1);
  const named = /\.(raw|qcow2|vmdk)$/.exec(filename)?.[1];
  if (named !== undefined && format !== undefined && format !== named)
    refuseParameters({ format: `different storage formats (${format} != ${named})` });
  const volume = await allocate(session, {
    storage,
    vmid,
    format: named ?? format,
    name: filename === '' ? undefined : filename,
    kib,
  });
  session.print(`successfully created '${volume}'\n`);
}

/** `pvesm free`: what goes wrong is the task's, so the tool exits 0. Throws Failure for a name that is none. */
export async function freeVolume(session: Session, { volume = '', storage }: Parameters): Promise<void> {
  if (storage === undefined && !volume.includes(':'))
    refuseParameters({ volume: 'no storage specified - incomplete volume ID' });
  const id = volume.includes(':') ? volume : `${storage}:${volume}`;
  locate(session.machine, id);
  await runTask(
    session,
    'imgdel',
    `${locate(session.machine, id).name.owner ?? ''}@${id.split(':')[0]}`,
    async () => {
      await free(session, id);
      session.print(`Removed volume '${id}'\n`);
    },
  );
}

/** `pvesm path`. Throws Failure. */
export function showPath(session: Session, { volume = '' }: Parameters): void {
  session.print(`${locate(session.machine, volume).path}\n`);
}
