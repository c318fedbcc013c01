import { address } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { refusal } from '../modules/guest/check-place.ts';
import type { DraftStep } from '../modules/guest/power-step.ts';
import { guestLock, guestPath } from '../modules/guest/power-step.ts';
import { storageLock } from '../modules/guest/storage-lock.ts';
import { checkOption } from '../pve/check-call.ts';
import { propertyFormat } from '../pve/named-property-formats.ts';
import { optionSchema } from '../pve/option-schema.ts';
import { decodePropertyString } from '../pve/property-string.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked, GuestAct } from './act.ts';
import { isTemplate } from './act-refusal.ts';
import { actTable } from './act-table.ts';
import type { ActedGuest } from './acted-guest.ts';
import { labelOf, readActedGuest } from './acted-guest.ts';
import type { GuestVolume } from './guest-volumes.ts';
import { guestVolumes } from './guest-volumes.ts';

const REASSIGN_SECONDS = 600;

const isUnused = (slot: string): boolean => /^unused\d+$/u.test(slot);

/** Gives a disk to another guest of the node, which PVE does by giving the volume another name; nothing is copied. */
export const reassign: GuestAct = {
  name: 'reassign',
  ...actTable.reassign,
  draft(asked) {
    const { guest, args, snapshot } = asked;
    const { disk = '', 'target-vmid': vmid = '', 'target-disk': slot = disk } = args;
    const to = readActedGuest(snapshot, Number(vmid));
    const volume = guestVolumes(guest, snapshot).find(({ option }) => option === disk);
    if (to === undefined || isUnknown(to) || volume === undefined) return fail(...missing(asked, to, volume));
    const refused = [...checkGuests(asked, to), ...checkSlots(asked, to, volume, slot)];
    if (refused.length > 0) return fail(...refused);
    return ok({
      differences: [{ property: disk, before: guest.options[disk] ?? volume.volume, effect: 'now' }],
      risks: [
        `${volume.volume} goes to ${labelOf(to)} ${to.title} (${to.vmid}) as ${slot}, under another name; specs of both are to follow`,
      ],
      steps: [reassignStep(asked, to, volume, slot)],
    });
  },
};

function missing(
  { guest, args, wanted }: Asked,
  to: ReturnType<typeof readActedGuest>,
  volume: GuestVolume | undefined,
): readonly Diagnostic[] {
  const { disk = '', 'target-vmid': vmid = '' } = args;
  return [
    ...(volume === undefined ? [refusal(wanted, ['disk'], 'guest/no-disk', `it has no disk ${disk}`)] : []),
    ...(to === undefined
      ? [
          refusal(
            wanted,
            ['target-vmid'],
            'guest/none',
            `no guest of ${guest.cluster} has VMID ${vmid}`,
            'See: pvefleet ls guests',
          ),
        ]
      : isUnknown(to)
        ? [
            refusal(
              wanted,
              ['target-vmid'],
              'guest/none',
              `guest ${vmid} could not be read, as ${to.unknown}`,
            ),
          ]
        : []),
  ];
}

/** PVE renames volumes only between guests of one kind and node, and never those of templates. */
function checkGuests({ guest, wanted }: Asked, to: ActedGuest): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const complain = (code: string, what: string, hint?: string): void =>
    void found.push(refusal(wanted, ['target-vmid'], code, what, hint));
  if (to.vmid === guest.vmid)
    complain('guest/same', 'it would give the disk to itself; another guest is wanted');
  if (to.type !== guest.type)
    complain('guest/not-for-kind', `it is a ${labelOf(guest)}, and ${to.vmid} is a ${labelOf(to)}`);
  if (to.node !== guest.node)
    complain(
      'guest/other-node',
      `it is on ${guest.node}, and ${to.vmid} is on ${to.node}; both are wanted on one node`,
      `Move one of them: pvefleet migrate ${guest.vmid} --target ${to.node}`,
    );
  for (const each of [guest, to])
    if (isTemplate(each.options['template']))
      complain('guest/template', `${each.vmid} is a template, whose disks stay with it`);
  const { lock } = to.options;
  if (lock !== undefined) complain('guest/locked', `${to.vmid} is locked (${lock})`);
  return found;
}

function checkSlots(
  { guest, wanted, args }: Asked,
  to: ActedGuest,
  volume: GuestVolume,
  slot: string,
): readonly Diagnostic[] {
  const { disk = '' } = args;
  const found: Diagnostic[] = [];
  const complain = (argument: string, code: string, what: string, hint?: string): void =>
    void found.push(refusal(wanted, [argument], code, what, hint));
  if (volume.isMedium || volume.isCloudInit)
    complain('disk', 'guest/no-disk', `${disk} is a CD drive; a disk is wanted`);
  else if (volume.volume.startsWith('/'))
    complain(
      'disk',
      'guest/no-disk',
      `${disk} is ${volume.volume} of the node; a volume of a storage is wanted`,
    );
  if (volume.snapshots.length > 0)
    complain(
      'disk',
      'guest/disk-in-snapshot',
      `${volume.volume} is in the snapshot ${volume.snapshots.join(', ')}`,
      'Remove the snapshots first.',
    );
  if (guest.power !== 'stopped' && !isUnused(disk))
    complain(
      'disk',
      'guest/running',
      `${disk} is in use, as it runs`,
      'Detach the disk first, which makes it an unused one, or shut the guest down.',
    );
  if (guest.type === 'container' && (disk === 'rootfs' || slot === 'rootfs'))
    complain('disk', 'guest/no-disk', 'a root disk stays with its container');
  else if (guest.type === 'container' && isUnused(disk) && !isUnused(slot))
    complain(
      'target-disk',
      'guest/no-disk',
      `${disk} has no mount point; an unused slot is wanted there too`,
    );
  if (to.options[slot] !== undefined)
    complain(
      'target-disk',
      'guest/disk-in-use',
      `${slot} of ${to.vmid} holds ${to.options[slot]}; a free slot is wanted`,
      'Name one with "target-disk".',
    );
  const text = isUnused(slot) || isUnused(disk) ? volume.volume : (guest.options[disk] ?? '');
  for (const { message } of checkOption(guest.type, slot, text))
    complain('target-disk', 'guest/refused-value', `its line does not fit ${slot}: ${message}`);
  return found;
}

function reassignStep(
  { guest, args, snapshot }: Asked,
  to: ActedGuest,
  volume: GuestVolume,
  slot: string,
): DraftStep {
  const { disk = '' } = args;
  const vm = guest.type === 'vm';
  const storage = volume.storage?.id ?? volume.volume.split(':')[0] ?? '';
  return {
    node: guest.node,
    act: {
      run: 'call',
      call: {
        method: 'POST',
        path: `${guestPath(guest)}/${vm ? 'move_disk' : 'move_volume'}`,
        params: {
          ...(vm ? { disk } : { volume: disk }),
          'target-vmid': String(to.vmid),
          ...(slot !== disk && { [vm ? 'target-disk' : 'target-volume']: slot }),
          digest: { digest: guest.path },
        },
      },
    },
    guards: [{ require: 'quorum' }],
    locks: [guestLock(guest), guestLock(to), storageLock(snapshot, storage, guest.node)],
    effects: [
      {
        brings: 'options',
        address: guest.address,
        node: guest.node,
        created: false,
        set: {},
        remove: [disk],
        revert: [],
      },
      {
        brings: 'options',
        address: address(to.type, to.vmid, to.cluster),
        node: to.node,
        created: false,
        set: { [slot]: { ...lineOf(guest, disk, slot), storage } },
        remove: [],
        revert: [],
      },
    ],
    undo: {
      impossible: `it was given to ${to.vmid}, and stays there; to have it back: pvefleet reassign ${to.vmid} --disk ${slot} --target-vmid ${guest.vmid} --target-disk ${disk}`,
    },
    detached: false,
    timeoutSeconds: REASSIGN_SECONDS,
  };
}

/** The options of the disk's line, which go along into a slot. */
function lineOf({ type, options }: ActedGuest, disk: string, slot: string): Readonly<Record<string, string>> {
  const schema = optionSchema(type, disk);
  const format = schema && propertyFormat(schema);
  if (format === undefined || isUnused(disk) || isUnused(slot)) return {};
  const {
    [type === 'vm' ? 'file' : 'volume']: _volume,
    format: _format,
    ...line
  } = decodePropertyString(format, options[disk] ?? '').values;
  return line;
}
