import { decodeGuestConfig } from '../pve/guest-config.ts';
import type { GuestSnapshot } from '../pve/guest-config-snapshots.ts';
import { guestSnapshots } from '../pve/guest-config-snapshots.ts';
import { parseGuestConfigPath } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Change, Guard } from './plan.ts';

/**
 * What has changed since a change was planned, by the guards of its first step, as ends of sentences. The node checks them
 * again the moment before; this tells it before anything is begun. What is not known counts as unchanged.
 */
export function brokenGuards({ steps, digests }: Change, snapshot: Snapshot): readonly string[] {
  const [step] = steps;
  return (step?.guards ?? []).flatMap((guard) => broken(guard, digests, snapshot) ?? []);
}

function broken(guard: Guard, digests: Change['digests'], snapshot: Snapshot): string | undefined {
  const { files } = snapshot;
  if (isUnknown(files)) return undefined;
  switch (guard.require) {
    case 'unchanged': {
      const planned = digests[guard.path];
      if (planned === undefined || planned === snapshot.digests[guard.path]) return undefined;
      return `${guard.path} was ${Object.hasOwn(files, guard.path) ? 'changed' : 'removed'}`;
    }
    case 'vmid-free': {
      const taken = Object.keys(files).find((path) => parseGuestConfigPath(path)?.vmid === guard.vmid);
      return taken && `VMID ${guard.vmid} was taken by ${taken}`;
    }
    case 'snapshot': {
      const is = snapshotsIn(files, guard.path).find(({ name }) => name === guard.name);
      if (is?.time === guard.time) return undefined;
      return `snapshot ${guard.name} in ${guard.path} was ${is === undefined ? 'removed' : 'taken anew'}`;
    }
    case 'power': {
      const running = Object.values(snapshot.nodes).flatMap((node) => {
        if (isUnknown(node) || isUnknown(node.running)) return [];
        return guard.guest === 'vm' ? node.running.vms : node.running.containers;
      });
      const is = running.includes(guard.vmid) ? 'running' : 'stopped';
      return is === guard.is
        ? undefined
        : `guest ${guard.vmid} was ${is === 'running' ? 'started' : 'stopped'}`;
    }
    case 'quorum':
      return snapshot.quorate === false ? `cluster ${snapshot.cluster} has lost its quorum` : undefined;
  }
}

function snapshotsIn(files: Readonly<Record<string, string>>, path: string): readonly GuestSnapshot[] {
  const kind = parseGuestConfigPath(path)?.type;
  const text = files[path];
  return kind === undefined || text === undefined ? [] : guestSnapshots(decodeGuestConfig(kind, text));
}
