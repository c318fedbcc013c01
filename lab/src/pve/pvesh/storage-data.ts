import type { Machine } from '../../machine.ts';
import { parseArchiveName } from '../backup/archive.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { readStorages, usableStorage } from '../storage/config.ts';
import { contentOf } from '../storage/content.ts';
import { usagesOf } from '../storage/usage.ts';
import { locate } from '../storage/volumes.ts';
import type { Json } from './format.ts';

/** GET .../content of a storage; when a volume was made is not known, so it is now. Throws Failure. */
export function contentRows(session: Session, { storage = '', content, vmid }: Parameters): Json {
  const rows = contentOf(
    session.machine,
    usableStorage(session.machine, storage),
    content === undefined ? undefined : new Set(splitList(content)),
    vmid,
  );
  return rows.map((row) => ({
    content: row.content,
    ctime: session.machine.clock(),
    format: row.format,
    size: row.bytes,
    volid: row.volume,
    ...(row.vmid === undefined ? {} : { vmid: Number(row.vmid) }),
    ...(row.content === 'backup' ? backupData(session.machine, row.volume) : {}),
  }));
}

/** What is known of a backup by its name and the files beside it. */
function backupData(machine: Machine, volume: string): { readonly [key: string]: Json } {
  const { path } = locate(machine, volume);
  const name = parseArchiveName(volume.slice(volume.lastIndexOf('/') + 1));
  const notes = machine.files.read(`${path}.notes`);
  return {
    ...(name === undefined ? {} : { ctime: name.time, subtype: name.kind }),
    ...(notes === undefined ? {} : { notes: notes.replace(/\n$/, '') }),
    ...(machine.files.exists(`${path}.protected`) ? { protected: 1 } : {}),
  };
}

/** PUT .../content/{volume}: notes and protection of a backup. Throws Failure. */
export function setVolumeData(
  session: Session,
  { storage, volume = '', notes, protected: protects }: Parameters,
): Json {
  const { files } = session.machine;
  const { name, path } = locate(session.machine, volume.includes(':') ? volume : `${storage}:${volume}`);
  if (name.type !== 'backup') die(`attribute 'notes' is not supported for volume '${volume}'`);
  if (notes !== undefined && notes !== '') files.write(`${path}.notes`, notes, 0o644);
  if (notes === '') files.remove(`${path}.notes`);
  if (protects === '1') files.write(`${path}.protected`, '', 0o644);
  if (protects === '0') files.remove(`${path}.protected`);
  return null;
}

/** The storages of a node in GET /cluster/resources. */
export function storageRows(session: Session): readonly Json[] {
  const node = session.machine.name;
  const here = readStorages(session.machine).filter(
    ({ disabled, nodes }) => !disabled && (nodes === undefined || nodes.has(node)),
  );
  const usages = usagesOf({ ...session, warn: () => undefined }, here);
  return here.map((storage, index) => ({
    content: [...storage.content].join(','),
    disk: usages[index]?.used ?? 0,
    id: `storage/${node}/${storage.id}`,
    maxdisk: usages[index]?.total ?? 0,
    node,
    plugintype: storage.type,
    shared: storage.shared ? 1 : 0,
    status: 'available',
    storage: storage.id,
    type: 'storage',
  }));
}
