import type { Command } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { cleanUp } from './clean-up.ts';
import { enrollEfiKeys } from './efi-keys.ts';
import { importOvf } from './import-ovf.ts';
import { runMonitor, runTunnel, sendKey, stopNbd } from './monitor.ts';
import { showCommand } from './show-command.ts';
import { openTerminal, proxyVnc } from './terminal.ts';

const vmid = { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 };

/** Commands of `qm` that speak to QEMU or are for PVE's own programs; parameters from PVE/CLI/qm.pm. */
export const CONSOLE_COMMANDS: Readonly<Record<string, Command>> = {
  sendkey: {
    parameters: parametersOf('PUT /nodes/{node}/qemu/{vmid}/sendkey'),
    positional: ['vmid', 'key'],
    run: sendKey,
  },
  monitor: { parameters: { vmid }, positional: ['vmid'], run: runMonitor },
  nbdstop: { parameters: { vmid }, positional: ['vmid'], run: stopNbd },
  mtunnel: { parameters: {}, positional: [], run: runTunnel },
  vncproxy: { parameters: { vmid }, positional: ['vmid'], run: proxyVnc },
  terminal: {
    parameters: {
      vmid,
      iface: { type: 'string', optional: 1, enum: ['serial0', 'serial1', 'serial2', 'serial3'] },
      escape: { type: 'string', optional: 1 },
    },
    positional: ['vmid'],
    run: openTerminal,
  },
  showcmd: {
    parameters: {
      vmid,
      pretty: { type: 'boolean', optional: 1 },
      snapshot: { type: 'string', format: 'pve-configid', maxLength: 40, optional: 1 },
    },
    positional: ['vmid'],
    run: showCommand,
  },
  cleanup: {
    parameters: {
      vmid,
      'clean-shutdown': { type: 'boolean' },
      'guest-requested': { type: 'boolean' },
    },
    positional: ['vmid', 'clean-shutdown', 'guest-requested'],
    run: cleanUp,
  },
  'enroll-efi-keys': { parameters: { vmid }, positional: ['vmid'], run: enrollEfiKeys },
  importovf: {
    parameters: {
      vmid,
      manifest: { type: 'string' },
      storage: { type: 'string', format: 'pve-storage-id' },
      format: { type: 'string', enum: ['raw', 'qcow2', 'vmdk'], optional: 1 },
      dryrun: { type: 'boolean', optional: 1 },
    },
    positional: ['vmid', 'manifest', 'storage'],
    run: importOvf,
  },
};
