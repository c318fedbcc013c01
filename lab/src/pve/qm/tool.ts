import type { Tool } from '../cli/tool.ts';
import { rollbackSnapshot } from '../guest/rollback.ts';
import { createSnapshot, deleteSnapshot } from '../guest/snapshot.ts';
import { snapshotTree } from '../guest/snapshot-tree.ts';
import { rescanGuests } from '../guest/rescan.ts';
import { withGuestLock } from '../locks.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import { cloneVm } from './clone.ts';
import { dumpCloudinit, showCloudinitPending, updateCloudinit } from './cloudinit.ts';
import { CONSOLE_COMMANDS } from './console-commands.ts';
import { createVm } from './create.ts';
import { destroyVm } from './destroy.ts';
import { rebootVm, resetVm, shutdownVm, stopVm } from './power.ts';
import { VM_RESCAN } from './rescan-kind.ts';
import { DRIVE_NAMES } from './drive.ts';
import { GUEST_COMMANDS } from './guest-commands.ts';
import { importDisk } from './import-disk.ts';
import { migrateVm } from './migrate.ts';
import { moveDisk } from './move-disk.ts';
import { resizeDisk } from './resize.ts';
import { listVms, showConfig, showPending, showStatus, waitForVm } from './show.ts';
import { VM_SNAPSHOTS } from './snapshot-kind.ts';
import { startVm } from './start.ts';
import { resumeVm, suspendVm } from './suspend.ts';
import { loadVm, saveVm } from './store.ts';
import { makeTemplate } from './template.ts';
import { updateVm } from './update.ts';
import { QM_USAGE } from './usage.ts';

const VM = '/nodes/{node}/qemu/{vmid}';
const vmid = { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 };
const flag = { type: 'boolean', optional: 1 };
const KEYS = [{ name: 'sshkeys', encode: true }];
const onlyVmid: Properties = { vmid };

/** `qm`. Commands that are in PVE's schema only as the tool's own (`status`, `unlock`, `wait`) have their parameters here, from PVE/CLI/qm.pm. */
export const QM: Tool = {
  name: 'qm',
  usage: QM_USAGE,
  aliases: {
    importdisk: 'disk import',
    'move-disk': 'disk move',
    move_disk: 'disk move',
    rescan: 'disk rescan',
    resize: 'disk resize',
    unlink: 'disk unlink',
    agent: 'guest cmd',
  },
  commands: {
    list: { parameters: parametersOf('GET /nodes/{node}/qemu'), positional: [], run: listVms },
    create: {
      parameters: parametersOf('POST /nodes/{node}/qemu'),
      positional: ['vmid'],
      files: KEYS,
      prompts: ['cipassword'],
      exitsAsTask: true,
      run: createVm,
    },
    destroy: {
      parameters: parametersOf(`DELETE ${VM}`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: destroyVm,
    },
    set: {
      parameters: parametersOf(`PUT ${VM}/config`),
      positional: ['vmid'],
      files: KEYS,
      prompts: ['cipassword'],
      run: updateVm,
    },
    config: { parameters: parametersOf(`GET ${VM}/config`), positional: ['vmid'], run: showConfig },
    pending: { parameters: parametersOf(`GET ${VM}/pending`), positional: ['vmid'], run: showPending },
    status: { parameters: { vmid, verbose: flag }, positional: ['vmid'], run: showStatus },
    start: {
      parameters: parametersOf(`POST ${VM}/status/start`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: startVm,
    },
    stop: {
      parameters: parametersOf(`POST ${VM}/status/stop`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: stopVm,
    },
    shutdown: {
      parameters: parametersOf(`POST ${VM}/status/shutdown`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: shutdownVm,
    },
    reboot: {
      parameters: parametersOf(`POST ${VM}/status/reboot`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: rebootVm,
    },
    reset: {
      parameters: parametersOf(`POST ${VM}/status/reset`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: resetVm,
    },
    suspend: {
      parameters: parametersOf(`POST ${VM}/status/suspend`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: suspendVm,
    },
    resume: {
      parameters: parametersOf(`POST ${VM}/status/resume`),
      positional: ['vmid'],
      exitsAsTask: true,
      run: resumeVm,
    },
    template: { parameters: parametersOf(`POST ${VM}/template`), positional: ['vmid'], run: makeTemplate },
    clone: {
      parameters: parametersOf(`POST ${VM}/clone`),
      positional: ['vmid', 'newid'],
      exitsAsTask: true,
      run: cloneVm,
    },
    migrate: {
      parameters: parametersOf(`POST ${VM}/migrate`),
      positional: ['vmid', 'target'],
      exitsAsTask: true,
      run: migrateVm,
    },
    snapshot: {
      parameters: parametersOf(`POST ${VM}/snapshot`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => createSnapshot(VM_SNAPSHOTS, session, given),
    },
    delsnapshot: {
      parameters: parametersOf(`DELETE ${VM}/snapshot/{snapname}`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => deleteSnapshot(VM_SNAPSHOTS, session, given),
    },
    rollback: {
      parameters: parametersOf(`POST ${VM}/snapshot/{snapname}/rollback`),
      positional: ['vmid', 'snapname'],
      exitsAsTask: true,
      run: (session, given) => rollbackSnapshot(VM_SNAPSHOTS, session, given),
    },
    listsnapshot: {
      parameters: parametersOf(`GET ${VM}/snapshot`),
      positional: ['vmid'],
      run: (session, given) => session.print(snapshotTree(loadVm(session, given['vmid'] ?? ''))),
    },
    wait: {
      parameters: { vmid, timeout: { type: 'integer', minimum: 1, optional: 1 } },
      positional: ['vmid'],
      run: waitForVm,
    },
    ...GUEST_COMMANDS,
    ...CONSOLE_COMMANDS,
    unlock: {
      parameters: onlyVmid,
      positional: ['vmid'],
      run: (session, given) =>
        withGuestLock(session, 'qemu', given['vmid'] ?? '', 10, () => {
          const config = loadVm(session, given['vmid'] ?? '');
          config.main.delete('lock');
          config.pending.delete('lock');
          saveVm(session, given['vmid'] ?? '', config);
        }),
    },
    'cloudinit dump': {
      parameters: { vmid, type: { type: 'string', enum: ['user', 'network', 'meta'] } },
      positional: ['vmid', 'type'],
      run: dumpCloudinit,
    },
    'cloudinit pending': { parameters: onlyVmid, positional: ['vmid'], run: showCloudinitPending },
    'cloudinit update': { parameters: onlyVmid, positional: ['vmid'], run: updateCloudinit },
    'disk resize': {
      parameters: parametersOf(`PUT ${VM}/resize`),
      positional: ['vmid', 'disk', 'size'],
      run: resizeDisk,
    },
    'disk import': {
      parameters: {
        vmid,
        source: { type: 'string' },
        storage: { type: 'string', format: 'pve-storage-id' },
        format: { type: 'string', enum: ['raw', 'qcow2', 'vmdk'], optional: 1 },
        'target-disk': {
          type: 'string',
          enum: [...DRIVE_NAMES, ...Array.from({ length: 256 }, (_, index) => `unused${index}`)],
          optional: 1,
        },
      },
      positional: ['vmid', 'source', 'storage'],
      run: importDisk,
    },
    'disk move': {
      parameters: parametersOf(`POST ${VM}/move_disk`),
      positional: ['vmid', 'disk', 'storage'],
      exitsAsTask: true,
      run: moveDisk,
    },
    'disk rescan': {
      parameters: { vmid: { ...vmid, optional: 1 }, dryrun: { type: 'boolean', optional: 1 } },
      positional: [],
      run: (session, given) => rescanGuests(VM_RESCAN, session, given),
    },
    'disk unlink': {
      parameters: parametersOf(`PUT ${VM}/unlink`),
      positional: ['vmid'],
      run: (session, { idlist = '', ...rest }) => updateVm(session, { ...rest, delete: idlist }),
    },
  },
};
