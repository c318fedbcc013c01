import { address } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { checkFormat } from '../modules/guest/check-format.ts';
import { checkNode, checkStorage, refusal } from '../modules/guest/check-place.ts';
import type { Clone } from '../modules/guest/clone-step.ts';
import { cloneStep } from '../modules/guest/clone-step.ts';
import type { GuestAt } from '../modules/guest/power-step.ts';
import { startNewStep } from '../modules/guest/power-step.ts';
import { findSnapshot } from '../modules/snapshot/snapshot-guest.ts';
import { guestConfigPath } from '../snapshot/guests.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked, GuestAct } from './act.ts';
import { isTemplate, signRefusals, unstartedRefusals } from './act-refusal.ts';
import { actTable } from './act-table.ts';
import { readActedGuest } from './acted-guest.ts';
import { guestVolumes } from './guest-volumes.ts';
import { waitSteps } from './wait-steps.ts';

/** A clone that is there already, by VMID and name, is left alone. */
export const clone: GuestAct = {
  name: 'clone',
  ...actTable.clone,
  claims: ({ newid = '' }) => [{ name: `VMID ${newid}`, path: ['newid'] }],
  draft(asked) {
    const { guest, args, snapshot, wanted } = asked;
    const { newid = '', name, target = guest.node } = args;
    const there = readActedGuest(snapshot, Number(newid));
    const isThere =
      there !== undefined && !isUnknown(there) && there.type === guest.type && there.title === name;
    if (isThere) return ok({ differences: [], risks: [], steps: [] });
    if (there !== undefined) {
      const what = isUnknown(there)
        ? 'a guest that could not be read'
        : `${there.address.kind} ${there.title}`;
      const hint = 'Take one that is free: pvefleet ls guests shows those that are not.';
      return fail(
        refusal(
          wanted,
          ['newid'],
          'guest/vmid-taken',
          `VMID ${newid} is taken by ${what}; a free one is wanted`,
          hint,
        ),
      );
    }
    const refused = [
      ...checkNode(wanted, snapshot, target),
      ...checkSource(asked),
      ...unstartedRefusals(wanted, args),
      ...signRefusals(asked),
      ...checkDisks(asked, target),
    ];
    if (refused.length > 0) return fail(...refused);
    const made: GuestAt = {
      kind: guest.kind,
      vmid: Number(newid),
      node: target,
      cluster: guest.cluster,
      path: guestConfigPath(Number(newid), guest.type, target),
    };
    const starts = args['start'] === '1' ? [startNewStep(made), ...waitSteps(made, args)] : [];
    return ok({
      address: address(guest.type, newid, guest.cluster),
      title: name ?? newid,
      action: 'create',
      differences: [
        { property: 'clone', after: `${guest.title} (${guest.vmid})`, effect: 'now' },
        ...(name === undefined ? [] : [{ property: 'name', after: name, effect: 'now' } as const]),
      ],
      risks: isUnlinked(asked) ? [] : ['its disks are linked to those of the template, which must stay'],
      steps: [cloneStep(cloneOf(asked, made), snapshot), ...starts],
    });
  },
};

function isUnlinked({ guest, args }: Asked): boolean {
  return args['full'] === '1' || !isTemplate(guest.options['template']);
}

function cloneOf(asked: Asked, made: GuestAt): Clone {
  const { guest, args, snapshot } = asked;
  const passed = ['snapname', 'storage', 'format', 'pool', 'description'].flatMap((key) =>
    args[key] === undefined ? [] : [[key, args[key]] as const],
  );
  return {
    source: guest,
    made,
    name: args['name'],
    linked: !isUnlinked(asked),
    how: { ...(isUnlinked(asked) && { full: '1' }), ...Object.fromEntries(passed) },
    storages: guestVolumes(guest, snapshot).flatMap(({ storage, isAttached }) =>
      storage !== undefined && isAttached ? [storage.id] : [],
    ),
    sourceIs: guest.power === 'stopped' ? 'stopped' : 'in use',
  };
}

function checkSource(asked: Asked): readonly Diagnostic[] {
  const { guest, args, wanted } = asked;
  const found: Diagnostic[] = [];
  const complain = (argument: string, code: string, what: string, hint?: string): void =>
    void found.push(refusal(wanted, [argument], code, what, hint));
  const { snapname } = args;
  if (snapname !== undefined && findSnapshot(guest, snapname) === undefined)
    complain('snapname', 'snapshot/none', `it has no snapshot "${snapname}"`);
  if (!isUnlinked(asked) && (args['storage'] !== undefined || args['format'] !== undefined))
    complain(
      args['storage'] === undefined ? 'format' : 'storage',
      'guest/linked-storage',
      'the disks of a linked clone stay where those of the template are',
      'Say "full: yes" (--full) to copy them.',
    );
  if (args['format'] !== undefined && guest.type === 'container')
    complain('format', 'guest/format', 'a container has no formats of disks');
  if (guest.type === 'container' && guest.power === 'running' && snapname === undefined)
    complain(
      '',
      'guest/running',
      'it runs, and of a container that runs only a snapshot can be cloned',
      `Name one with "snapname", or shut it down first.`,
    );
  return found;
}

/** Disks on storages of one node go to no other; where they are put must be for them. */
function checkDisks({ guest, args, snapshot, wanted }: Asked, target: string): readonly Diagnostic[] {
  const content = guest.type === 'vm' ? 'images' : 'rootdir';
  const { storage, format } = args;
  const disks = guestVolumes(guest, snapshot).filter(
    ({ isAttached, isMedium, isCloudInit }) => isAttached && (!isMedium || isCloudInit),
  );
  const kept = storage === undefined ? new Set(disks.flatMap((disk) => disk.storage?.id ?? [])) : [storage];
  const local = target === guest.node ? undefined : disks.find(({ shared }) => !shared);
  return [
    ...(storage === undefined ? [] : checkStorage(wanted, ['storage'], snapshot, target, storage, content)),
    ...[...kept].flatMap((id) => checkFormat(wanted, ['format'], snapshot, id, format)),
    ...(local === undefined
      ? []
      : [
          refusal(
            wanted,
            ['target'],
            'guest/local-disk',
            `${local.option} is ${local.volume}, which ${target} does not see`,
            `Clone it on ${guest.node}, and move the clone then.`,
          ),
        ]),
  ];
}
