import { isUnknown } from '../snapshot/snapshot.ts';
import { affinityOf } from '../snapshot/ha-affinity.ts';
import type { Asked } from './act.ts';
import { guestVolumes } from './guest-volumes.ts';
import type { MoveMode } from './move-steps.ts';

/** What one should know before a guest is moved. */
export function moveRisks(asked: Asked, target: string, mode: MoveMode): readonly string[] {
  const { guest, snapshot } = asked;
  const disks = guestVolumes(guest, snapshot).filter(
    ({ shared, storage, isMedium }) => !shared && storage !== undefined && !isMedium,
  );
  const together = guest.ha === undefined ? [] : affinityOf(snapshot, guest.ha.sid).together;
  return [
    ...(mode === 'restart' ? ['restarts it'] : []),
    ...(disks.length === 0
      ? []
      : [
          `copies local disks: ${disks.map(({ volume, size }) => (size === undefined ? volume : `${volume} (${size})`)).join(', ')}`,
        ]),
    ...(together.length === 0 ? [] : [`HA moves ${together.join(', ')} with it`]),
    ...(mode === 'online' ? liveRisks(asked, target) : []),
  ];
}

function liveRisks({ guest, snapshot }: Asked, target: string): readonly string[] {
  const versionOf = (node: string): string | undefined => {
    const state = snapshot.nodes[node];
    return state === undefined || isUnknown(state) || isUnknown(state.versions)
      ? undefined
      : state.versions['qemu-server'];
  };
  const [here, there] = [versionOf(guest.node), versionOf(target)];
  const isOlder =
    here !== undefined && there !== undefined && there.localeCompare(here, 'en', { numeric: true }) < 0;
  return [
    ...(/(?:^|[,=])host(?:,|$)/u.test(guest.options['cpu'] ?? '')
      ? ['cpu is host: the CPUs of both nodes must be alike']
      : []),
    ...(isOlder
      ? [`${target} has qemu-server ${there}, ${guest.node} ${here}: PVE moves to newer ones`]
      : []),
  ];
}
