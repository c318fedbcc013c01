import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import { STORAGE_TYPES } from './types.ts';

/** One section of storage.cfg. */
export interface StorageSection {
  readonly id: string;
  readonly type: string;
  /** Options as written, by name. */
  readonly options: Readonly<Record<string, string>>;
  readonly content: ReadonlySet<string>;
  /** Undefined: on all nodes. */
  readonly nodes: ReadonlySet<string> | undefined;
  readonly shared: boolean;
  readonly disabled: boolean;
}

/** The storage that is always there (PVE/Storage/Plugin.pm, parse_config). */
export const LOCAL_STORAGE: Readonly<Record<string, string>> = {
  path: '/var/lib/vz',
  content: 'backup,images,iso,rootdir,snippets,vztmpl',
  'prune-backups': 'keep-all=1',
};

/** Reads storage.cfg, in its order, with the implicit `local` added in front when the file does not define it. */
export function readStorages(machine: Machine): readonly StorageSection[] {
  const sections: StorageSection[] = [];
  for (const block of (machine.files.read('/etc/pve/storage.cfg') ?? '').split(/\n\s*\n/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const header = /^(\S+):\s*(\S+)\s*$/.exec(lines[0] ?? '');
    if (header === null) continue;
    const options = Object.fromEntries(
      lines.slice(1).map((line) => {
        const [, name = '', value = ''] = /^\s*(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
        return [name, value];
      }),
    );
    sections.push(storageSection(header[2] ?? '', header[1] ?? '', options));
  }
  const local = sections.find((one) => one.id === 'local');
  if (local === undefined || local.type !== 'dir')
    return [storageSection('local', 'dir', LOCAL_STORAGE), ...sections.filter((one) => one.id !== 'local')];
  return sections;
}

/** A section from its options; what they leave out is the type's own. */
export function storageSection(
  id: string,
  type: string,
  options: Readonly<Record<string, string>>,
): StorageSection {
  const nodes = id === 'local' ? undefined : options['nodes'];
  return {
    id,
    type,
    options,
    content: new Set(
      (options['content']?.split(',') ?? STORAGE_TYPES[type]?.holdsUnasked ?? ['images']).filter(
        (kind) => kind !== '' && kind !== 'none',
      ),
    ),
    nodes: nodes === undefined ? undefined : new Set(nodes.split(',')),
    shared: STORAGE_TYPES[type]?.shared === true || options['shared'] === '1',
    disabled: 'disable' in options && options['disable'] !== '0',
  };
}

/** A storage by its id. Throws Failure if there is none. */
export function storageOf(machine: Machine, id: string): StorageSection {
  const found = readStorages(machine).find((one) => one.id === id);
  if (found === undefined) die(`storage '${id}' does not exist`);
  return found;
}

/** A storage that this node may use now. Throws Failure in PVE's words. */
export function usableStorage(machine: Machine, id: string): StorageSection {
  const storage = storageOf(machine, id);
  refuseUnavailable(storage, machine.name);
  return storage;
}

/** Refuses a storage that a node may not use (storage_check_enabled). Throws Failure. */
export function refuseUnavailable({ id, disabled, nodes }: StorageSection, node: string): void {
  if (disabled) die(`storage '${id}' is disabled`);
  if (nodes !== undefined && !nodes.has(node)) die(`storage '${id}' is not available on node '${node}'`);
}
