import { perlDialect } from '../section-dialect.ts';
import { asSet, off, type NormalSection, type OptionRefusal, type SectionKind } from '../section-kind.ts';
import { refusedByFormat } from '../formats.ts';
import { parseBoolean } from '../scalar-form.ts';
import { splitList } from '../text-list.ts';
import { checkPrune, pruneForm } from './prune-backups.ts';
import { contentOfType, defaultContent, storageTypes } from './storage-types.ts';

/** storage.cfg; options, content and defaults of each type are those of pve-storage PVE/Storage/*Plugin.pm. */
export const storageSections: SectionKind = {
  kind: 'storage',
  summary: 'the storages of a cluster (storage.cfg)',
  path: /^\/etc\/pve\/storage\.cfg$/u,
  noun: 'storage',
  dialect: perlDialect,
  hasPlugins: true,
  retired: { maxfiles: 'prune-backups' },
  refusedId: (id) => refusedByFormat('pve-storage-id', id)?.replace(/ is wanted$/u, ''),
  types: storageTypes,
  forms: {
    nodes: asSet(),
    content: asSet(),
    'content-dirs': asSet(),
    'prune-backups': pruneForm,
    is_mountpoint: (value) => parseBoolean(value) ?? value,
  },
  absent: {
    ...off(
      'disable',
      'shared',
      'sparse',
      'krbd',
      'fuse',
      'saferemove',
      'tagged_only',
      'nowritecache',
      'nocow',
      'skip-cert-verification',
      'snapshot-as-volume-chain',
      'is_mountpoint',
    ),
    // Plugin.pm config_aware_base_mkdir and get_subdir; "create-base-path" is what "mkdir" says when it is left out.
    mkdir: '1',
    'create-subdirs': '1',
    // Plugin.pm default_format_and_valid_formats, preallocation_cmd_opt.
    format: 'raw',
    preallocation: 'metadata',
    // LVMPlugin.pm
    'saferemove-stepsize': '32',
  },
  imply: withImplied,
  check: (type, options) => [...checkContent(type, options), ...checkPrune(options['prune-backups'])],
  mentions: {
    nodes: { kind: 'node' },
    // "base" is the volume of an iSCSI storage that the volume group is on.
    base: { kind: 'storage', names: (value) => [value.replace(/:.*$/su, '')] },
  },
  defines: ['storage'],
  builtIn: ['local'],
};

/** Plugin.pm @SHARED_STORAGE: these are shared whatever they say. */
export const sharedStorages: ReadonlySet<string> = new Set([
  'iscsi',
  'nfs',
  'cifs',
  'rbd',
  'cephfs',
  'iscsidirect',
  'zfs',
  'pbs',
]);

/** NFSPlugin.pm, CIFSPlugin.pm, CephFSPlugin.pm check_config. */
const isMounted = (type: string): boolean => storageTypes[type]?.filledIn?.includes('path') === true;

/** Plugin.pm parse_config: "local" is always there, on all nodes; content and shared have values of their own. */
function withImplied(sections: readonly NormalSection[]): readonly NormalSection[] {
  const local = sections.find(({ id }) => id === 'local');
  const path = local?.options['path'] ?? '/var/lib/vz';
  const keeps = local?.type === 'dir' && path === '/var/lib/vz';
  const others = keeps ? sections : sections.filter(({ id }) => id !== 'local');
  return [...others, ...(keeps ? [] : [implicitLocal])].map(({ type, id, options }) => {
    const { nodes, shared: isShared, ...rest } = options;
    const content = heldContent(type, rest['content']);
    return {
      type,
      id,
      options: {
        ...rest,
        ...(content !== undefined && { content }),
        ...(id === 'local' && { path }),
        ...(isMounted(type) && { path: rest['path'] ?? `/mnt/pve/${id}` }),
        ...(id !== 'local' && nodes !== undefined && { nodes }),
        ...(!sharedStorages.has(type) && isShared !== undefined && { shared: isShared }),
      },
    };
  });
}

/** decode_value passes over what the type can't hold. */
function heldContent(type: string, content: NormalSection['options'][string] | undefined): typeof content {
  const takes = contentOfType(type);
  if (takes === undefined) return content;
  if (typeof content !== 'string') return defaultContent(type)?.join(',');
  const held = splitList(content).filter((part) => takes.includes(part) || !isContent(part));
  return held.length === 0 ? content : held.join(',');
}

/** Another word makes PVE drop the whole option. */
const isContent = (part: string): boolean => refusedByFormat('pve-storage-content', part) === undefined;

/** In the order that a set of them has. */
const implicitLocal: NormalSection = {
  type: 'dir',
  id: 'local',
  options: { content: 'backup,images,iso,rootdir,snippets,vztmpl', 'prune-backups': 'keep-all=1' },
};

/** Plugin.pm decode_value passes over content that the type can't hold. */
function checkContent(type: string, options: Readonly<Record<string, string>>): readonly OptionRefusal[] {
  const takes = contentOfType(type);
  const wrong = splitList(options['content'] ?? '').filter((part) => takes?.includes(part) === false);
  return wrong.map((part) => ({
    key: 'content',
    severity: 'warning',
    message: `"content": a storage of type ${type} holds no ${part}; some of ${takes?.join(', ') ?? ''} is wanted`,
  }));
}
