import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { allocateCopy, copyVolume, linkVolume, sourceBytes } from '../storage/copy.ts';
import type { Mirrors } from '../storage/mirror.ts';
import { volumeBytes } from '../storage/volumes.ts';
import { EFI_BYTES, FIXED_BYTES, isCloudinit, type Drive } from './drive.ts';

/** A disk of a VM that another slot or guest gets. */
export interface DiskSource {
  /** Its slot, unless no guest has it in one. */
  readonly name: string | undefined;
  readonly drive: Drive;
  /** Its VM runs with it, and copies it by itself. */
  readonly isRunning: boolean;
  readonly snapshot?: string | undefined;
}

export interface DiskTarget {
  readonly vmid: string;
  readonly name: string;
  readonly storage?: string | undefined;
  readonly format?: string | undefined;
  readonly full: boolean;
}

/**
 * Copies or links a disk and says so (clone_disk); volumes are added to `made` as soon as they exist. Returns the drive as the target gets
 * it. Throws Failure.
 */
export async function cloneDisk(
  session: Session,
  source: DiskSource,
  target: DiskTarget,
  mirrors: Mirrors,
  made: string[],
): Promise<Drive> {
  const { name, drive } = source;
  const volume = drive['file'] ?? '';
  const isLive = target.full && source.isRunning && name !== undefined && source.snapshot === undefined;
  refuseOtherKind(name, target.name);
  if (isLive && name === 'tpmstate0') die('cannot move TPM state while VM is running');
  session.print(
    `create ${target.full ? 'full' : 'linked'} clone of drive ${name === undefined ? '' : `${name} `}(${volume})\n`,
  );
  const { format: _format, ...rest } = drive;
  const copy = await cloneVolume(
    session,
    source,
    target,
    isLive && !name.startsWith('unused'),
    mirrors,
    made,
  );
  const bytes = volumeBytes(session.machine, copy);
  return {
    ...rest,
    file: copy,
    ...(bytes === undefined || name?.startsWith('unused') === true ? {} : { size: String(bytes) }),
  };
}

/** EFI disks and TPM states are only copied to their own kind. */
function refuseOtherKind(from: string | undefined, to: string): void {
  if (from === undefined || from === to) return;
  if (from === 'efidisk0' || to === 'efidisk0') die('cloning from/to EFI disk requires EFI disk');
  if (from === 'tpmstate0' || to === 'tpmstate0') die('cloning from/to TPM state requires TPM state');
}

async function cloneVolume(
  session: Session,
  { name, drive, snapshot }: DiskSource,
  { vmid, storage, format, full, name: slot }: DiskTarget,
  isLive: boolean,
  mirrors: Mirrors,
  made: string[],
): Promise<string> {
  const volume = drive['file'] ?? '';
  if (!full) {
    const linked = await linkVolume(session, vmid, volume);
    made.push(linked);
    return linked;
  }
  const copy = { vmid, volume, storage, format };
  const fixed =
    isCloudinit(drive) || slot === 'tpmstate0' ? FIXED_BYTES : slot === 'efidisk0' ? EFI_BYTES : undefined;
  if (!isLive && fixed === undefined) return copyVolume(session, { ...copy, snapshot }, made);
  const bytes = fixed ?? sourceBytes(session, volume);
  const fresh = await allocateCopy(
    session,
    { ...copy, name: isCloudinit(drive) ? `vm-${vmid}-cloudinit` : undefined },
    bytes,
  );
  made.push(fresh);
  if (isLive && !isCloudinit(drive)) await mirrors.follow(name ?? slot, bytes);
  return fresh;
}
