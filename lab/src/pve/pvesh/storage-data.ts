import type { Parameters } from '../cli/getopt.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { readStorages, usableStorage } from '../storage/config.ts';
import { contentOf } from '../storage/content.ts';
import { usageOf } from '../pvesm/volumes.ts';
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
  }));
}

/** The storages of a node in GET /cluster/resources. */
export function storageRows(session: Session): readonly Json[] {
  const node = session.machine.name;
  return readStorages(session.machine)
    .filter((storage) => storage.nodes === undefined || storage.nodes.has(node))
    .map((storage) => {
      const { total, used } = usageOf(session, storage.id);
      return {
        content: [...storage.content].join(','),
        disk: used,
        id: `storage/${node}/${storage.id}`,
        maxdisk: total,
        node,
        plugintype: storage.type,
        shared: storage.shared ? 1 : 0,
        status: 'available',
        storage: storage.id,
        type: 'storage',
      };
    });
}
