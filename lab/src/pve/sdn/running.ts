import type { Machine } from '../../machine.ts';
import type { Json } from '../pvesh/format.ts';
import type { SdnKind } from './kinds.ts';
import { objectOf, readObjects, type SdnObject } from './objects.ts';

/** What was applied last, of all kinds. */
const RUNNING = '/etc/pve/sdn/.running-config';

type Objects = Readonly<Record<string, SdnObject>>;

function isObject(value: Json | undefined): value is SdnObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readRunning({ files }: Machine): SdnObject {
  const parsed: Json = JSON.parse(files.read(RUNNING) ?? '{}');
  return isObject(parsed) ? parsed : {};
}

/** The version that was applied last; 0 before the first. */
export function runningVersion(machine: Machine): number {
  return Number(readRunning(machine)['version'] ?? 0);
}

/** The objects of a kind as they were applied. */
export function runningObjects(machine: Machine, kind: SdnKind): Objects {
  const group = readRunning(machine)[kind];
  const ids = isObject(group) ? group['ids'] : undefined;
  if (!isObject(ids)) return {};
  return Object.fromEntries(Object.entries(ids).flatMap(([id, one]) => (isObject(one) ? [[id, one]] : [])));
}

/** The objects of a kind as they are written down. */
export function writtenObjects(machine: Machine, kind: SdnKind): Objects {
  return Object.fromEntries([...readObjects(machine, kind)].map(([id, one]) => [id, objectOf(kind, one)]));
}

/** Makes what is written down the running configuration. */
export function commitRunning(machine: Machine): void {
  const all = (kind: SdnKind): Json => ({ ids: writtenObjects(machine, kind) });
  machine.files.write(
    RUNNING,
    JSON.stringify({
      version: runningVersion(machine) + 1,
      zones: all('zones'),
      vnets: all('vnets'),
      subnets: all('subnets'),
      controllers: all('controllers'),
      fabrics: { ids: {} },
    }),
  );
}

/** Objects as they run, with what will change: `state` and `pending` (PVE::Network::SDN::pending_config). */
export function pendingObjects(machine: Machine, kind: SdnKind): Objects {
  const running = runningObjects(machine, kind);
  const written = writtenObjects(machine, kind);
  const ids = new Set([...Object.keys(running), ...Object.keys(written)]);
  return Object.fromEntries([...ids].map((id) => [id, pendingOf(running[id], written[id])]));
}

function pendingOf(running: SdnObject | undefined, written: SdnObject | undefined): SdnObject {
  if (written === undefined) return { ...running, state: 'deleted', pending: {} };
  const pending: Record<string, Json> = {};
  for (const key of Object.keys(running ?? {})) if (!(key in written)) pending[key] = 'deleted';
  const fixed: Record<string, Json> = {};
  for (const [key, value] of Object.entries(written)) {
    if (key === 'type' || key === 'vnet') fixed[key] = value;
    else if (JSON.stringify(value) !== JSON.stringify(running?.[key])) pending[key] = value;
  }
  const isChanged = Object.keys(pending).length > 0;
  const state = running === undefined ? 'new' : isChanged ? 'changed' : undefined;
  return { ...running, ...fixed, ...(state === undefined ? {} : { state, pending }) };
}
