import type { PveCall } from './call.ts';
import type { Command } from './command.ts';

/** PVE::CLIHandler's mapping "pve-password", as qm.pm and pct.pm use it. */
const passwords = ['cipassword', 'password'];

/** PVE::CLI::qm param_mapping. */
const keys = { sshkeys: 'encoded' } as const;

const qemu = '/nodes/{node}/qemu';
const lxc = '/nodes/{node}/lxc';

/** The command tables of qm (qemu-server PVE/CLI/qm.pm) and pct (pve-container PVE/CLI/pct.pm). */
export const guestCommands: readonly Command[] = [
  {
    method: 'POST',
    path: qemu,
    argv: ['qmrestore'],
    positional: ['archive', 'vmid'],
    needs: ['archive'],
    // qemu-server PVE/CLI/qmrestore.pm
    only: [
      'archive',
      'vmid',
      'storage',
      'force',
      'unique',
      'pool',
      'bwlimit',
      'live-restore',
      'start',
      'ha-managed',
    ],
  },
  {
    method: 'POST',
    path: lxc,
    argv: ['pct', 'restore'],
    positional: ['vmid', 'ostemplate'],
    fixed: { restore: '1' },
    notHere: ['ssh-public-keys'],
  },
  qm('GET', '', ['list'], []),
  qm('POST', '', ['create'], ['vmid'], keys),
  qm('DELETE', '/{vmid}', ['destroy']),
  qm('GET', '/{vmid}/config', ['config']),
  qm('PUT', '/{vmid}/config', ['set'], ['vmid'], keys),
  qm('GET', '/{vmid}/pending', ['pending']),
  qm('PUT', '/{vmid}/resize', ['resize'], ['vmid', 'disk', 'size']),
  qm('POST', '/{vmid}/move_disk', ['disk', 'move'], ['vmid', 'disk', 'storage']),
  qm('PUT', '/{vmid}/unlink', ['disk', 'unlink']),
  qm('POST', '/{vmid}/status/start', ['start']),
  qm('POST', '/{vmid}/status/stop', ['stop']),
  qm('POST', '/{vmid}/status/reset', ['reset']),
  qm('POST', '/{vmid}/status/shutdown', ['shutdown']),
  qm('POST', '/{vmid}/status/reboot', ['reboot']),
  qm('POST', '/{vmid}/status/suspend', ['suspend']),
  qm('POST', '/{vmid}/status/resume', ['resume']),
  qm('PUT', '/{vmid}/sendkey', ['sendkey'], ['vmid', 'key']),
  qm('POST', '/{vmid}/agent', ['guest', 'cmd'], ['vmid', 'command']),
  qm('POST', '/{vmid}/clone', ['clone'], ['vmid', 'newid']),
  qm('POST', '/{vmid}/migrate', ['migrate'], ['vmid', 'target']),
  qm('POST', '/{vmid}/remote_migrate', ['remote-migrate'], ['vmid', 'target-vmid', 'target-endpoint']),
  qm('GET', '/{vmid}/snapshot', ['listsnapshot']),
  qm('POST', '/{vmid}/snapshot', ['snapshot'], ['vmid', 'snapname']),
  qm('DELETE', '/{vmid}/snapshot/{snapname}', ['delsnapshot'], ['vmid', 'snapname']),
  qm('POST', '/{vmid}/snapshot/{snapname}/rollback', ['rollback'], ['vmid', 'snapname']),
  qm('POST', '/{vmid}/template', ['template']),
  qm('GET', '/{vmid}/cloudinit', ['cloudinit', 'pending']),
  qm('PUT', '/{vmid}/cloudinit', ['cloudinit', 'update']),
  qm('GET', '/{vmid}/cloudinit/dump', ['cloudinit', 'dump'], ['vmid', 'type']),
  pct('GET', '', ['list'], []),
  pct('POST', '', ['create'], ['vmid', 'ostemplate'], { 'ssh-public-keys': 'plain' }),
  pct('DELETE', '/{vmid}', ['destroy']),
  pct('GET', '/{vmid}/config', ['config']),
  pct('PUT', '/{vmid}/config', ['set']),
  pct('GET', '/{vmid}/pending', ['pending']),
  pct('PUT', '/{vmid}/resize', ['resize'], ['vmid', 'disk', 'size']),
  pct(
    'POST',
    '/{vmid}/move_volume',
    ['move-volume'],
    ['vmid', 'volume', 'storage', 'target-vmid', 'target-volume'],
  ),
  pct('POST', '/{vmid}/status/start', ['start']),
  pct('POST', '/{vmid}/status/stop', ['stop']),
  pct('POST', '/{vmid}/status/shutdown', ['shutdown']),
  pct('POST', '/{vmid}/status/reboot', ['reboot']),
  pct('POST', '/{vmid}/status/suspend', ['suspend']),
  pct('POST', '/{vmid}/status/resume', ['resume']),
  pct('POST', '/{vmid}/clone', ['clone'], ['vmid', 'newid']),
  pct('POST', '/{vmid}/migrate', ['migrate'], ['vmid', 'target']),
  pct('POST', '/{vmid}/remote_migrate', ['remote-migrate'], ['vmid', 'target-vmid', 'target-endpoint']),
  pct('GET', '/{vmid}/snapshot', ['listsnapshot']),
  pct('POST', '/{vmid}/snapshot', ['snapshot'], ['vmid', 'snapname']),
  pct('DELETE', '/{vmid}/snapshot/{snapname}', ['delsnapshot'], ['vmid', 'snapname']),
  pct('POST', '/{vmid}/snapshot/{snapname}/rollback', ['rollback'], ['vmid', 'snapname']),
  pct('POST', '/{vmid}/template', ['template']),
];

function qm(
  method: PveCall['method'],
  path: string,
  words: readonly string[],
  positional: readonly string[] = ['vmid'],
  reads: NonNullable<Command['reads']> = {},
): Command {
  return { method, path: `${qemu}${path}`, argv: ['qm', ...words], positional, reads, asksFor: passwords };
}

function pct(
  method: PveCall['method'],
  path: string,
  words: readonly string[],
  positional: readonly string[] = ['vmid'],
  reads: NonNullable<Command['reads']> = {},
): Command {
  return { method, path: `${lxc}${path}`, argv: ['pct', ...words], positional, reads, asksFor: passwords };
}
