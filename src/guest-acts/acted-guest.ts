import type { Address } from '../address.ts';
import { address } from '../address.ts';
import type { GuestAt } from '../modules/guest/power-step.ts';
import type { GuestConfig, Options } from '../pve/guest-config.ts';
import { effectiveOptions } from '../pve/guest-config.ts';
import type { HaService } from '../snapshot/ha-services.ts';
import { haServices } from '../snapshot/ha-services.ts';
import { findGuest, guestConfigPath, power } from '../snapshot/guests.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';

/** A guest to which something is to be done. */
export interface ActedGuest extends GuestAt {
  readonly type: 'vm' | 'container';
  readonly address: Address;
  /** The name that people know it by; its VMID where it has none. */
  readonly title: string;
  readonly config: GuestConfig;
  /** With pending changes laid over. */
  readonly options: Options;
  readonly power: 'running' | 'stopped' | Unknown;
  /** HA decides about its power and place. */
  readonly ha?: HaService;
}

/** The guest of that VMID, of either kind. */
export function readActedGuest(snapshot: Snapshot, vmid: number): ActedGuest | undefined | Unknown {
  const found = findGuest(snapshot, vmid);
  if (found === undefined || isUnknown(found)) return found;
  const { type, node, config } = found;
  if (isUnknown(config)) return config;
  const services = haServices(snapshot);
  if (isUnknown(services)) return services;
  const options = effectiveOptions(config);
  const ha = services.get(`${type === 'vm' ? 'vm' : 'ct'}:${vmid}`);
  return {
    vmid,
    type,
    kind: type === 'vm' ? { kind: 'vm', type: 'qemu' } : { kind: 'container', type: 'lxc' },
    node,
    cluster: snapshot.cluster,
    path: guestConfigPath(vmid, type, node),
    address: address(type, vmid, snapshot.cluster),
    title: (type === 'vm' ? options['name'] : options['hostname']) ?? String(vmid),
    config,
    options,
    power: power(snapshot, vmid),
    ...(ha !== undefined && ha.state !== 'ignored' && { ha }),
  };
}

/** "VM", "container": for messages. */
export function labelOf({ type }: Pick<ActedGuest, 'type'>): string {
  return type === 'vm' ? 'VM' : 'container';
}
