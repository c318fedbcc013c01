import type { Session } from '../session.ts';
import type { GuestConfig, GuestKind, Section } from './config.ts';

/** What snapshots need to know of VMs or of containers. */
export interface SnapshotKind {
  readonly kind: GuestKind;
  readonly taskPrefix: 'qm' | 'vz';
  readonly load: (session: Session, vmid: string) => GuestConfig;
  readonly save: (session: Session, vmid: string, config: GuestConfig) => void;
  /** Option and volume of every disk, CD drives and directories of the node left out. */
  readonly volumesOf: (section: Section) => readonly (readonly [string, string])[];
  readonly isRunning: (session: Session, vmid: string) => boolean;
  /** Says what it says before it takes the snapshot of one volume. */
  readonly announceVolume: (session: Session, vmid: string, name: string, volume: string) => void;
  /** Says whether the guest's file systems are frozen meanwhile; a running one only. */
  readonly announceFreeze: (session: Session, config: GuestConfig, vmid: string) => void;
  /** Prepares a volume for the memory and returns the options that the snapshot gets. Throws Failure. */
  readonly prepareMemory: (
    session: Session,
    vmid: string,
    config: GuestConfig,
    name: string,
  ) => Promise<Section>;
  /** Writes the memory to that volume. Throws Failure. */
  readonly saveMemory: (session: Session, vmid: string, state: Section) => Promise<void>;
  readonly stop: (session: Session, vmid: string) => void;
  /** Starts the guest, with its memory from a snapshot's section if it holds one. Throws Failure. */
  readonly start: (session: Session, vmid: string, state?: Section) => Promise<void>;
  readonly addUnused: (section: Section, volume: string) => void;
}

/** Options of a guest that no snapshot has (AbstractConfig, __snapshot_copy_config). */
const OWN = /^(snapstate|snaptime|vmstate|lock|description|unused\d+)$/;

/** What of a section goes into a snapshot, or back from it. */
export function copiedOptions(source: Section): Section {
  return new Map([...source].filter(([name]) => !OWN.test(name)));
}
