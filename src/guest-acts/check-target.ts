import type { Diagnostic } from '../diagnostic.ts';
import { checkBridge, checkNode, refusal } from '../modules/guest/check-place.ts';
import { onlineMembers } from '../snapshot/members.ts';
import { isInMaintenance, managerStatus } from '../pve/ha-maintenance.ts';
import { readFile } from '../snapshot/files.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked } from './act.ts';

/** Why a node can't take a guest: it is not there, not online, in maintenance, or lacks a bridge of it. */
export function checkTarget({ guest, snapshot, wanted }: Asked, target: string): readonly Diagnostic[] {
  const at = wanted.positions['/target'];
  const positions = { ...wanted.positions, ...(at && { '/node': at }) };
  const unreached = checkNode({ ...wanted, positions }, snapshot, target);
  if (unreached.length > 0) return unreached;
  if (!onlineMembers(snapshot).includes(target))
    return [refusal(wanted, ['target'], 'guest/target-offline', `the cluster does not see ${target} online`)];
  const managed = readFile(snapshot, '/etc/pve/ha/manager_status');
  if (!isUnknown(managed) && isInMaintenance(managerStatus(managed), target))
    return [
      refusal(
        wanted,
        ['target'],
        'guest/target-maintenance',
        `${target} is in maintenance`,
        `When it is ready: ha-manager crm-command node-maintenance disable ${target}`,
      ),
    ];
  return bridgesOf(guest.options).flatMap((bridge) =>
    checkBridge(wanted, ['target'], snapshot, target, bridge),
  );
}

function bridgesOf(options: Readonly<Record<string, string>>): readonly string[] {
  const all = Object.entries(options).flatMap(([option, text]) => {
    const bridge = /^net\d+$/u.test(option) ? /(?:^|,)bridge=(?<name>[^,]+)/u.exec(text) : null;
    return bridge?.groups?.['name'] ?? [];
  });
  return [...new Set(all)];
}
