import type { Session } from '../session.ts';
import { failureText } from '../failure.ts';
import { activateStorage, type Found } from './activate.ts';
import type { StorageSection } from './config.ts';

/** Bytes that a simulated storage has; the used ones are its volumes'. */
const CAPACITY = 500 * 1024 ** 3;

/** How full a storage is, in bytes, and whether it can be used on this node. */
export interface Usage {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly total: number;
  readonly used: number;
  readonly available: number;
}

const NONE = { active: false, total: 0, used: 0, available: 0 };

/** Looks at storages of this node one after the other; one that can't be activated is inactive, with a warning why (storage_info). */
export function usagesOf(session: Session, storages: readonly StorageSection[]): readonly Usage[] {
  const found: Found = {};
  return storages.map((storage) => {
    const enabled = isEnabled(session, storage);
    if (!enabled) return { ...NONE, enabled };
    try {
      activateStorage(session, storage, found);
    } catch (thrown) {
      session.warn(failureText(thrown));
      return { ...NONE, enabled };
    }
    return { enabled, ...measure(session, storage, found) };
  });
}

/** Whether a storage is for this node, and not switched off. */
export function isEnabled({ machine }: Session, { disabled, nodes }: StorageSection): boolean {
  return !disabled && (nodes === undefined || nodes.has(machine.name));
}

function measure({ machine }: Session, storage: StorageSection, found: Found): Omit<Usage, 'enabled'> {
  const { type, options } = storage;
  const group = options['vgname'] ?? '';
  if (type === 'lvm' && found.groups?.has(group) !== true) return NONE;
  const folder = options['path'] ?? (options['vgname'] === undefined ? undefined : `/dev/${group}`);
  if (folder === undefined) return { ...NONE, active: type === 'iscsidirect' };
  const used = machine.volumes.list(folder).reduce((sum, file) => sum + file.bytes, 0);
  return { active: true, total: CAPACITY, used, available: Math.max(0, CAPACITY - used) };
}
