import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { activateStorage, type Found } from './activate.ts';
import { usableStorage } from './config.ts';
import { requireVolumeId } from './volume-name.ts';
import { volumeBytes } from './volumes.ts';

/** Makes volumes usable on this node: their storages first, then each has to be there (PVE::Storage::activate_volumes). Throws Failure. */
export function activateVolumes(session: Session, volumes: readonly string[]): void {
  const found: Found = {};
  for (const id of new Set(volumes.map((volume) => requireVolumeId(volume).storage)))
    activateStorage(session, usableStorage(session.machine, id), found);
  const missing = volumes.find((volume) => volumeBytes(session.machine, volume) === undefined);
  if (missing !== undefined) die(`volume '${missing}' does not exist`);
}
