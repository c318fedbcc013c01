import type { Tool } from '../cli/tool.ts';
import { die } from '../failure.ts';
import { rollbackSnapshot } from '../guest/rollback.ts';
import { createSnapshot, deleteSnapshot } from '../guest/snapshot.ts';
import { snapshotTree } from '../guest/snapshot-tree.ts';
import { rescanGuests } from '../guest/rescan.ts';
import { withGuestLock } from '../locks.ts';
import { parametersOf } from '../schema/parameters.ts';
import { cloneCt } from './clone.ts';
import { createCt } from './create.ts';
import { destroyCt } from './destroy.ts';
import { execInContainer } from './exec.ts';
import { migrateCt } from './migrate.ts';
import { pullFile, pushFile } from './copy-file.ts';
import { checkVolume, showUsage, trimVolumes } from './inspect.ts';
import { mountCt, unmountCt } from './mount.ts';
import { moveVolume } from './move-volume.ts';
import { rebootCt, resumeCt, shutdownCt, startCt, stopCt, suspendCt } from './power.ts';
import { listCts, showConfig, showPending, showStatus } from './show.ts';
import { CT_RESCAN } from './rescan-kind.ts';
import { resizeMount } from './resize.ts';
import { restoreCt } from './restore.ts';
import { CT_SNAPSHOTS } from './snapshot-kind.ts';
import { loadCt, saveCt } from './store.ts';
import { makeTemplate } from './template.ts';
import { updateCt } from './update.ts';
import { MOUNT_NAMES } from './volume.ts';
import { PCT_USAGE } from './usage.ts';

const CT = '/nodes/{node}/lxc/{vmid}';
const vmid = { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 };

const text = { type: 'string' };
/** Whose a copied file becomes. */
const OWNER = {
  user: { ...text, optional: 1 },
  group: { ...text, optional: 1 },
  perms: { ...text, optional: 1 },
};

const KEYS = [{ name: 'ssh-public-keys', encode: false }];

/** `pct`. Commands that are the tool's own (`status`, `unlock`) have their parameters here, from PVE/CLI/pct.pm. */
export const PCT: Tool = {
  name: 'pct',
  usage: PCT_USAGE,
  aliases: { move_volume: 'move-volume' },
  commands: {
    list: { parameters: parametersOf('GET /nodes/{node}/lxc'), positional: [], run: listCts },
    create: {
      parameters: parametersOf('POST /nodes/{node}/lxc'),
      positional: ['vmid', 'ostemplate'],
      files: KEYS,
      prompts: ['password'],
      exitsAsTask: true,
      run: createCt,
    },
    destroy: {
      parameters: parametersOf(`DELETE ${CT}`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: destroyCt,
    },
    set: { parameters: parametersOf(`PUT ${CT}/config`), positional: ['vmid'], run: updateCt },
    config: { parameters: parametersOf(`GET ${CT}/config`), positional: ['vmid'], run: showConfig },
    pending: { parameters: parametersOf(`GET ${CT}/pending`), positional: ['vmid'], run: showPending },
    status: {
      parameters: { vmid, verbose: { type: 'boolean', optional: 1 } },
      positional: ['vmid'],
      run: showStatus,
    },
    start: {
      parameters: parametersOf(`POST ${CT}/status/start`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: startCt,
    },
    stop: {
      parameters: parametersOf(`POST ${CT}/status/stop`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: stopCt,
    },
    shutdown: {
      parameters: parametersOf(`POST ${CT}/status/shutdown`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: shutdownCt,
    },
    reboot: {
      parameters: parametersOf(`POST ${CT}/status/reboot`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: rebootCt,
    },
    suspend: {
      parameters: parametersOf(`POST ${CT}/status/suspend`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: suspendCt,
    },
    resume: {
      parameters: parametersOf(`POST ${CT}/status/resume`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: resumeCt,
    },
    mount: { parameters: { vmid }, positional: ['vmid'], run: mountCt },
    unmount: { parameters: { vmid }, positional: ['vmid'], run: unmountCt },
    df: { parameters: { vmid }, positional: ['vmid'], run: showUsage },
    fsck: {
      parameters: {
        vmid,
        force: { type: 'boolean', optional: 1 },
        device: { type: 'string', optional: 1, enum: [...MOUNT_NAMES] },
      },
      positional: ['vmid'],
      run: checkVolume,
    },
    fstrim: {
      parameters: { vmid, 'ignore-mountpoints': { type: 'boolean', optional: 1 } },
      positional: ['vmid'],
      run: trimVolumes,
    },
    push: {
      parameters: { vmid, file: text, destination: text, ...OWNER },
      positional: ['vmid', 'file', 'destination'],
      run: pushFile,
    },
    pull: {
      parameters: { vmid, path: text, destination: text, ...OWNER },
      positional: ['vmid', 'path', 'destination'],
      run: pullFile,
    },
    rescan: {
      parameters: { vmid: { ...vmid, optional: 1 }, dryrun: { type: 'boolean', optional: 1 } },
      positional: [],
      run: (session, given) => rescanGuests(CT_RESCAN, session, given),
    },
    resize: {
      parameters: parametersOf(`PUT ${CT}/resize`),
      positional: ['vmid', 'disk', 'size'],
      exitsAsTask: true,
      run: resizeMount,
    },
    restore: {
      parameters: {
        ...parametersOf('POST /nodes/{node}/lxc'),
        unique: { type: 'boolean', optional: 1 },
      },
      positional: ['vmid', 'ostemplate'],
      fixed: ['restore'],
      files: KEYS,
      exitsAsTask: true,
      run: restoreCt,
    },
    clone: {
      parameters: parametersOf(`POST ${CT}/clone`),
      positional: ['vmid', 'newid'],
      exitsAsTask: true,
      run: cloneCt,
    },
    migrate: {
      parameters: parametersOf(`POST ${CT}/migrate`),
      positional: ['vmid', 'target'],
      exitsAsTask: true,
      run: migrateCt,
    },
    'move-volume': {
      parameters: parametersOf(`POST ${CT}/move_volume`),
      positional: ['vmid', 'volume', 'storage', 'target-vmid', 'target-volume'],
      exitsAsTask: true,
      run: moveVolume,
    },
    template: { parameters: parametersOf(`POST ${CT}/template`), positional: ['vmid'], run: makeTemplate },
    snapshot: {
      parameters: parametersOf(`POST ${CT}/snapshot`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => createSnapshot(CT_SNAPSHOTS, session, given),
    },
    delsnapshot: {
      parameters: parametersOf(`DELETE ${CT}/snapshot/{snapname}`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => deleteSnapshot(CT_SNAPSHOTS, session, given),
    },
    rollback: {
      parameters: parametersOf(`POST ${CT}/snapshot/{snapname}/rollback`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => rollbackSnapshot(CT_SNAPSHOTS, session, given),
    },
    listsnapshot: {
      parameters: parametersOf(`GET ${CT}/snapshot`),
      positional: ['vmid'],
      run: (session, given) => session.print(snapshotTree(loadCt(session, given['vmid'] ?? ''))),
    },
    exec: {
      parameters: { vmid, 'keep-env': { type: 'boolean', optional: 1 } },
      positional: ['vmid', 'extra-args'],
      run: execInContainer,
    },
    unlock: {
      parameters: { vmid },
      positional: ['vmid'],
      run: (session, given) =>
        withGuestLock(session, 'lxc', given['vmid'] ?? '', 10, () => {
          const config = loadCt(session, given['vmid'] ?? '');
          if (!config.main.delete('lock')) die('no lock found trying to remove any lock');
          saveCt(session, given['vmid'] ?? '', config);
        }),
    },
  },
};
