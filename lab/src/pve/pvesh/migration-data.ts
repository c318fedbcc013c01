import type { Parameters } from '../cli/getopt.ts';
import { isHaManaged } from '../cluster/ha.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseLocked, refuseWithoutQuorum } from '../guest/store.ts';
import type { Json } from './format.ts';
import type { Session } from '../session.ts';
import { storageOf } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { DRIVE_NAMES, parseDrive } from '../qm/drive.ts';
import { localDevices } from '../qm/local-devices.ts';
import { runningPid } from '../qm/run-state.ts';
import { loadVm } from '../qm/store.ts';
import { volumeReferences } from '../qm/volume-references.ts';

/** GET .../migrate: where a VM can go, and what of it only this node has (PVE::API2::Qemu migrate_vm_precondition). Throws Failure. */
export function migrationData(session: Session, { vmid = '' }: Parameters): Json {
  const { machine } = session;
  refuseWithoutQuorum(machine);
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  const nodes = machine.cluster.members.map(({ name }) => name).filter((name) => name !== machine.name);
  const lacking = new Map(nodes.map((node) => [node, lackingStorages(session, config, node)]));
  return {
    running: runningPid(machine, vmid) === undefined ? 0 : 1,
    allowed_nodes: nodes.filter((node) => lacking.get(node)?.length === 0),
    not_allowed_nodes: Object.fromEntries(
      nodes.map((node) => {
        const storages = lacking.get(node) ?? [];
        return [node, storages.length === 0 ? {} : { unavailable_storages: storages }];
      }),
    ),
    local_disks: localDisks(session, config),
    local_resources: localDevices(config.main),
    'mapped-resources': [],
    'mapped-resource-info': {},
    'has-dbus-vmstate': 1,
    ...(isHaManaged(machine, `vm:${vmid}`) ? { 'dependent-ha-resources': [] } : {}),
  };
}

function lackingStorages({ machine }: Session, { main }: GuestConfig, node: string): readonly string[] {
  const used = DRIVE_NAMES.flatMap(
    (name) => splitVolumeId(parseDrive(name, main.get(name) ?? '')?.['file'] ?? '')?.storage ?? [],
  );
  return [...new Set(used)]
    .filter((id) => {
      const { disabled, nodes } = storageOf(machine, id);
      return disabled || (nodes !== undefined && !nodes.has(node));
    })
    .toSorted();
}

function localDisks({ machine }: Session, config: GuestConfig): readonly Json[] {
  return [...volumeReferences(config)].flatMap(([volume, reference]) => {
    const id = splitVolumeId(volume);
    if (id !== undefined && storageOf(machine, id.storage).shared) return [];
    if (reference.isShared || (reference.isCdrom && volume === 'none')) return [];
    const { slot, size, snapshots } = reference;
    return [
      {
        volid: volume,
        cdrom: Number(reference.isCdrom),
        is_attached: Number(reference.isAttached),
        is_cloudinit: Number(reference.isCloudinit),
        is_tpmstate: Number(reference.isTpm),
        is_unused: Number(reference.isUnused),
        is_vmstate: Number(reference.isState),
        replicate: Number(reference.isReplicated),
        shared: 0,
        ...(slot === undefined ? {} : { drivename: slot }),
        ...(size === undefined ? {} : { size }),
        ...(reference.isPending ? { referenced_in_pending: 1 } : {}),
        ...(snapshots.size === 0
          ? {}
          : { referenced_in_snapshot: Object.fromEntries([...snapshots].map((name) => [name, 1])) }),
      },
    ];
  });
}
