import type { Tool } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { extractConfig, pruneBackups, RETENTION } from './backups.ts';
import { addStorage, removeStorage, setStorage } from './definitions.ts';
import { SCANS } from './scan.ts';
import { showStatus } from './status.ts';
import { PVESM_USAGE } from './usage.ts';
import { allocateVolume, freeVolume, listContent, showPath } from './volumes.ts';

const CONTENT = '/nodes/{node}/storage/{storage}/content';

/** How the secrets of a storage are given. */
const SECRETS = { prompts: ['password'], files: [{ name: 'keyring', encode: false }] };

/** `pvesm`. */
export const PVESM: Tool = {
  name: 'pvesm',
  usage: PVESM_USAGE,
  aliases: {
    nfsscan: 'scan nfs',
    cifsscan: 'scan cifs',
    iscsiscan: 'scan iscsi',
    lvmscan: 'scan lvm',
    lvmthinscan: 'scan lvmthin',
    zfsscan: 'scan zfs',
  },
  commands: {
    ...SCANS,
    add: {
      parameters: parametersOf('POST /storage'),
      positional: ['type', 'storage'],
      ...SECRETS,
      run: async (session, given) => void (await addStorage(session, given)),
    },
    set: {
      parameters: parametersOf('PUT /storage/{storage}'),
      positional: ['storage'],
      ...SECRETS,
      run: async (session, given) => void (await setStorage(session, given)),
    },
    remove: {
      parameters: parametersOf('DELETE /storage/{storage}'),
      positional: ['storage'],
      run: removeStorage,
    },
    status: { parameters: parametersOf('GET /nodes/{node}/storage'), positional: [], run: showStatus },
    list: { parameters: parametersOf(`GET ${CONTENT}`), positional: ['storage'], run: listContent },
    alloc: {
      parameters: parametersOf(`POST ${CONTENT}`),
      positional: ['storage', 'vmid', 'filename', 'size'],
      run: allocateVolume,
    },
    free: { parameters: parametersOf(`DELETE ${CONTENT}/{volume}`), positional: ['volume'], run: freeVolume },
    extractconfig: {
      parameters: { volume: { type: 'string', format: 'pve-volume-id' } },
      positional: ['volume'],
      run: extractConfig,
    },
    'prune-backups': {
      parameters: {
        storage: { type: 'string', format: 'pve-storage-id' },
        'dry-run': { type: 'boolean', optional: 1 },
        type: { type: 'string', enum: ['qemu', 'lxc'], optional: 1 },
        vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999, optional: 1 },
        ...RETENTION,
      },
      positional: ['storage'],
      run: pruneBackups,
    },
    apiinfo: {
      parameters: {},
      positional: [],
      run: ({ print }) => print('APIVER 15\nAPIAGE 6\n'),
    },
    path: {
      parameters: { volume: { type: 'string', format: 'pve-volume-id' } },
      positional: ['volume'],
      run: showPath,
    },
  },
};
