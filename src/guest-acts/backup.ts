import { fail, ok } from '../diagnostic.ts';
import { checkStorage, refusal } from '../modules/guest/check-place.ts';
import type { DraftStep } from '../modules/guest/power-step.ts';
import { guestLock } from '../modules/guest/power-step.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { storages } from '../snapshot/storages.ts';
import type { Asked, GuestAct } from './act.ts';
import { actTable } from './act-table.ts';

/** Backups of some TB take a day. */
const BACKUP_SECONDS = 172_800;

/** Older archives are pruned only if somebody says so: vzdump itself would do it by the storage's rule. */
export const backup: GuestAct = {
  name: 'backup',
  ...actTable.backup,
  draft(asked) {
    const { guest, args, snapshot, wanted } = asked;
    const { storage = '', mode = 'snapshot' } = args;
    const refused = [...checkStorage(wanted, ['storage'], snapshot, guest.node, storage, 'backup')];
    if (args['remove'] === '1' && args['prune-backups'] !== undefined)
      refused.push(
        refusal(
          wanted,
          ['remove'],
          'guest/prune-twice',
          '"remove" and "prune-backups" are both given; the rule of the storage or this one is wanted',
        ),
      );
    if (refused.length > 0) return fail(...refused);
    return ok({
      differences: [{ property: 'backup', after: storage, effect: 'now' }],
      risks: [
        ...(mode === 'snapshot' || guest.power === 'stopped'
          ? []
          : [mode === 'stop' ? 'shuts it down for the time of it' : 'pauses it for the time of it']),
        ...pruned(asked, storage),
      ],
      steps: [backupStep(asked, mode)],
    });
  },
};

function backupStep({ guest, args }: Asked, mode: string): DraftStep {
  const { storage = '', compress = 'zstd' } = args;
  const prunes = args['remove'] === '1' || args['prune-backups'] !== undefined;
  const passed = ['notes-template', 'protected', 'prune-backups', 'bwlimit'].flatMap((name) => {
    const value = args[name];
    return value === undefined || (name === 'protected' && value === '0') ? [] : [[name, value] as const];
  });
  return {
    node: guest.node,
    act: {
      run: 'call',
      call: {
        method: 'POST',
        path: `/nodes/${guest.node}/vzdump`,
        params: {
          vmid: String(guest.vmid),
          storage,
          mode,
          compress,
          ...Object.fromEntries(passed),
          remove: prunes ? '1' : '0',
        },
      },
    },
    guards: [{ require: 'quorum' }],
    // vzdump runs once a node, and a second one waits for hours (PVE/VZDump.pm getlock).
    locks: [guestLock(guest), `vzdump@${guest.cluster}/${guest.node}`],
    // It runs then as before; and vzdump writes its config anew, which the steps after it must know.
    effects: isUnknown(guest.power)
      ? []
      : [{ brings: 'power', address: guest.address, node: guest.node, is: guest.power }],
    says: `Finished Backup of VM ${guest.vmid}`,
    undo: { impossible: 'it is an archive more, and harms nothing' },
    detached: true,
    timeoutSeconds: BACKUP_SECONDS,
  };
}

/** What is removed afterwards. */
function pruned({ args, snapshot }: Asked, id: string): readonly string[] {
  const own = args['prune-backups'];
  if (own !== undefined) return [`removes its older archives on ${id} but for ${own}`];
  if (args['remove'] !== '1') return [];
  const all = storages(snapshot);
  const rule = isUnknown(all)
    ? undefined
    : all.find((storage) => storage.id === id)?.options['prune-backups'];
  return [
    rule === undefined || rule === 'keep-all=1'
      ? `removes nothing, as ${id} keeps all`
      : `removes its older archives on ${id} but for ${rule}`,
  ];
}
