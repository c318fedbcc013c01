import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { digestOf } from '../guest/config.ts';
import type { SnapshotKind } from '../guest/snapshot-kind.ts';
import { snapshotOf } from '../guest/snapshot.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { refuseWithoutSnapshots } from '../storage/snapshots.ts';
import { isLinkable } from '../storage/copy.ts';
import { attempt } from '../failure.ts';
import { storageOf } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import type { Json } from './format.ts';
import { typedSection } from './guest-data.ts';

/** GET .../snapshot: the snapshots and, last, what is now. Throws Failure. */
export function snapshotRows(kind: SnapshotKind, session: Session, { vmid = '' }: Parameters): Json {
  const config = kind.load(session, vmid);
  const parentOf = (parent: string | undefined): { readonly parent?: string } =>
    parent === undefined ? {} : { parent };
  return [
    ...[...config.snapshots].map(([name, section]) => ({
      name,
      snaptime: Number(section.get('snaptime') ?? 0),
      description: section.get('description') ?? '',
      ...(kind.kind === 'qemu' ? { vmstate: section.has('vmstate') ? 1 : 0 } : {}),
      ...parentOf(section.get('parent')),
      ...(section.has('snapstate') ? { snapstate: section.get('snapstate') ?? '' } : {}),
    })),
    {
      name: 'current',
      digest: digestOf(configText(session.machine, kind.kind, vmid)),
      running: kind.isRunning(session, vmid) ? 1 : 0,
      description: 'You are here!',
      ...parentOf(config.main.get('parent')),
    },
  ];
}

/** GET .../snapshot/{snapname}/config. Throws Failure. */
export function snapshotConfig(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '' }: Parameters,
): Json {
  const { snaptime, ...options } = typedSection(kind.kind, snapshotOf(kind.load(session, vmid), snapname));
  return snaptime === undefined ? options : { ...options, snaptime: Number(snaptime) };
}

/** PUT .../snapshot/{snapname}/config: its description. Throws Failure. */
export async function describeSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '', description }: Parameters,
): Promise<null> {
  if (description === undefined) return null;
  await withGuestLock(session, kind.kind, vmid, 10, () => {
    const config = kind.load(session, vmid);
    refuseLocked(kind.kind, config);
    snapshotOf(config, snapname).set('description', description);
    kind.save(session, vmid, config);
  });
  return null;
}

/** GET .../feature: whether all volumes of a guest can be snapshots, linked clones or copies. Throws Failure. */
export function guestFeature(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', feature = '', snapname }: Parameters,
): Json {
  const config = kind.load(session, vmid);
  const section = snapname === undefined ? config.main : snapshotOf(config, snapname);
  const volumes = kind.volumesOf(section).map(([, volume]) => volume);
  const has = (volume: string): boolean => {
    if (feature === 'clone') return isLinkable(session, volume);
    return feature === 'copy' || attempt(() => refuseWithoutSnapshots(session, volume)) === undefined;
  };
  const hasFeature = volumes.every(has) ? 1 : 0;
  return kind.kind === 'qemu' ? { hasFeature, nodes: nodesWith(session, volumes) } : { hasFeature };
}

/** The nodes on which a guest with these volumes could run (PVE::QemuServer::shared_nodes). */
function nodesWith({ machine }: Session, volumes: readonly string[]): readonly string[] {
  const storages = volumes.map((volume) =>
    storageOf(machine, splitVolumeId(volume)?.storage ?? die(`unable to parse volume ID '${volume}'`)),
  );
  return machine.cluster.members
    .map(({ name }) => name)
    .filter((name) =>
      storages.every(({ disabled, nodes, shared }) => {
        if (disabled) return false;
        return nodes === undefined ? shared || name === machine.name : nodes.has(name);
      }),
    );
}
