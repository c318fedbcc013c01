import { address } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { archiveType } from '../modules/guest/archive-type.ts';
import { checkNode, checkStorage, refusal } from '../modules/guest/check-place.ts';
import type { PlanOptions, Wanted } from '../modules/module.ts';
import type { DraftStep, GuestAt } from '../modules/guest/power-step.ts';
import { guestLock, guestPath, startNewStep } from '../modules/guest/power-step.ts';
import { restoreCall } from '../modules/guest/restore-step.ts';
import { storageLock } from '../modules/guest/storage-lock.ts';
import type { Planner } from '../plan/planner.ts';
import { unknownState } from '../plan/plan-refusals.ts';
import { findGuest, guestConfigPath } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { unstartedRefusals } from './act-refusal.ts';
import { restoreWords } from './copy-words.ts';
import type { ActedGuest } from './acted-guest.ts';
import { readActedGuest } from './acted-guest.ts';
import { guestVolumes } from './guest-volumes.ts';
import { parseAct, vmidArgument } from './parse-act.ts';
import { waitSteps } from './wait-steps.ts';

const RESTORE_SECONDS = 172_800;

/** A guest from an archive, under the VMID that is named; MAC addresses and ids are kept unless it says otherwise (demands 20). */
export const restorePlanner: Planner = {
  kind: 'restore',
  knows: (argument) => [vmidArgument, ...restoreWords.args].some(({ name }) => name === argument),
  parse(spec, cluster) {
    const parsed = parseAct({ name: 'restore', ...restoreWords }, spec, cluster);
    if (!parsed.ok || spec.defaultNode === undefined) return parsed;
    return ok({ ...parsed.value, defaultNode: spec.defaultNode }, parsed.warnings);
  },
  claims: () => [],
  refs: () => [],
  place(wanted, snapshot) {
    const guest = findGuest(snapshot, Number(wanted.words['vmid']));
    return guest === undefined || isUnknown(guest)
      ? (wanted.words['node'] ?? wanted.defaultNode)
      : guest.node;
  },
  draft(given, snapshot, options) {
    const { vmid = '', archive = '', node: named } = given.words;
    const guest = readActedGuest(snapshot, Number(vmid));
    if (isUnknown(guest)) return fail(unknownState(given, guest.unknown));
    const type = archiveType(archive);
    const wanted: Wanted = {
      ...given,
      address: guest?.address ?? address(type ?? 'guest', vmid, snapshot.cluster),
    };
    const node = guest?.node ?? named ?? given.defaultNode;
    if (type === undefined)
      return fail(
        refusal(
          wanted,
          ['archive'],
          'guest/archive',
          `"${archive}" does not tell a VM from a container; a name as vzdump gives it is wanted`,
        ),
      );
    if (node === undefined)
      return fail(
        refusal(
          wanted,
          [],
          'guest/no-node',
          'it is not there, and no node is named to restore it on',
          'Name a "node".',
        ),
      );
    const refused = [
      ...checkNode(wanted, snapshot, node),
      ...checkStorages(wanted, snapshot, node, type),
      ...unstartedRefusals(wanted, wanted.words),
      ...(guest === undefined ? [] : checkReplaced(wanted, guest, type, options)),
    ];
    if (refused.length > 0) return fail(...refused);
    const target: GuestAt = {
      kind: type === 'vm' ? { kind: 'vm', type: 'qemu' } : { kind: 'container', type: 'lxc' },
      vmid: Number(vmid),
      node,
      cluster: snapshot.cluster,
      path: guestConfigPath(Number(vmid), type, node),
    };
    const digest = guest === undefined ? undefined : snapshot.digests[guest.path];
    return ok({
      address: wanted.address,
      action: guest === undefined ? 'create' : 'update',
      title: guest?.title ?? vmid,
      node,
      digests: digest === undefined ? {} : { [target.path]: digest },
      differences: [{ property: 'archive', after: archive, effect: 'now' }],
      risks: guest === undefined ? [] : lost(guest, snapshot),
      steps: [
        restoreStep(wanted, target, snapshot, guest),
        // By itself: PVE starts a restored guest behind the back of whoever waits for its end.
        ...(wanted.words['start'] === '1' ? [startNewStep(target), ...waitSteps(target, wanted.words)] : []),
      ],
    });
  },
};

function checkStorages(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  type: 'vm' | 'container',
): readonly Diagnostic[] {
  const { archive = '', storage } = wanted.words;
  const from = archive.startsWith('/') ? undefined : archive.split(':')[0];
  return [
    ...(from === undefined ? [] : checkStorage(wanted, ['archive'], snapshot, node, from, 'backup')),
    ...(storage === undefined
      ? []
      : checkStorage(wanted, ['storage'], snapshot, node, storage, type === 'vm' ? 'images' : 'rootdir')),
  ];
}

/** A guest that is there is replaced only if both the task and the run say so; never while it runs (pitfall 25). */
function checkReplaced(
  wanted: Wanted,
  guest: ActedGuest,
  type: 'vm' | 'container',
  { allowDestroy }: PlanOptions,
): readonly Diagnostic[] {
  const complain = (argument: string, code: string, what: string, hint?: string): Diagnostic =>
    refusal(wanted, argument === '' ? [] : [argument], code, what, hint);
  if (guest.type !== type)
    return [
      complain('archive', 'guest/other-kind', `it is a ${guest.type}, and the archive is of a ${type}`),
    ];
  const found: Diagnostic[] = [];
  if (wanted.words['force'] !== '1')
    found.push(
      complain(
        'vmid',
        'guest/vmid-taken',
        `it is there (${guest.title}, on ${guest.node}); a VMID that is free is wanted`,
        'To put the archive in its place: "force: yes" (--force) and --allow-destroy. Its disks are destroyed then.',
      ),
    );
  else if (!allowDestroy)
    found.push(
      complain(
        'force',
        'guest/destroy',
        'the archive is to take its place, and that destroys its disks',
        'Run again with --allow-destroy if that is meant.',
      ),
    );
  if (guest.power !== 'stopped')
    found.push(
      complain(
        '',
        'guest/running',
        isUnknown(guest.power)
          ? `whether it runs is not known, as ${guest.power.unknown}`
          : 'it runs; a stopped guest is wanted',
        `Shut it down first: pvefleet shutdown ${guest.vmid}`,
      ),
    );
  const { lock, protection } = guest.options;
  if (lock !== undefined) found.push(complain('', 'guest/locked', `it is locked (${lock})`));
  if (protection !== undefined && /^(?:1|on|yes|true)$/iu.test(protection))
    found.push(complain('', 'guest/protected', 'it has protection: 1, which is never removed silently'));
  if (guest.ha !== undefined)
    found.push(
      complain('', 'guest/ha', 'it is managed by HA', `Take it out first: ha-manager remove ${guest.ha.sid}`),
    );
  const { node } = wanted.words;
  if (node !== undefined && node !== guest.node)
    found.push(complain('node', 'guest/elsewhere', `it is on ${guest.node}, and is restored there`));
  return found;
}

function lost(guest: ActedGuest, snapshot: Snapshot): readonly string[] {
  // Of a VM only what the archive brings is destroyed; the rest stays as unused disks (qemu-server, restore_cleanup_oldconf).
  const goes = ({ isAttached }: { readonly isAttached: boolean }): boolean =>
    isAttached || guest.type === 'container';
  const disks = guestVolumes(guest, snapshot)
    .filter(goes)
    .flatMap(({ storage, isMedium, isCloudInit, volume }) =>
      storage === undefined || (isMedium && !isCloudInit) ? [] : [volume],
    );
  const count = disks.length === 1 ? '1 disk' : `${disks.length} disks`;
  const those = guest.type === 'vm' ? ' as far as the archive has them' : '';
  return [
    'replaces it by the archive',
    ...(disks.length === 0 ? [] : [`destroys ${count}${those}: ${disks.join(', ')}`]),
  ];
}

function restoreStep(
  wanted: Wanted,
  target: GuestAt,
  snapshot: Snapshot,
  guest: ActedGuest | undefined,
): DraftStep {
  const { archive = '', storage, pool, bwlimit, unique } = wanted.words;
  const how = {
    ...(storage !== undefined && { storage }),
    ...(guest !== undefined && { force: '1' }),
    ...(unique === '1' && { unique }),
    ...(pool !== undefined && { pool }),
    ...(bwlimit !== undefined && { bwlimit }),
  };
  return {
    node: target.node,
    act: { run: 'call', call: restoreCall({ made: target, archive, how, options: {} }) },
    guards:
      guest === undefined
        ? [{ require: 'quorum' }, { require: 'vmid-free', vmid: target.vmid }]
        : [
            { require: 'quorum' },
            { require: 'unchanged', path: target.path },
            { require: 'power', guest: guest.type, vmid: guest.vmid, is: 'stopped' },
          ],
    locks: [
      guestLock(target),
      ...(storage === undefined ? [] : [storageLock(snapshot, storage, target.node)]),
    ],
    effects: [
      {
        brings: 'restore',
        address: address(target.kind.kind, target.vmid, target.cluster),
        node: target.node,
        ...(guest !== undefined && { replaces: true }),
      },
    ],
    undo:
      guest === undefined
        ? [{ run: 'call', call: { method: 'DELETE', path: guestPath(target), params: {} } }]
        : { impossible: 'the disks that it had are destroyed' },
    detached: true,
    timeoutSeconds: RESTORE_SECONDS,
  };
}
