import type { FileKind } from './file-kind.ts';
import {
  firewallClusterFile,
  firewallGuestFile,
  firewallHostFile,
  firewallVnetFile,
} from './firewall-files.ts';
import { containerFile, vmFile } from './guest-file-kind.ts';
import { interfacesFile } from './interfaces-file-kind.ts';
import { sectionKinds } from './section-kinds/index.ts';

/** Every kind of file that PVE keeps its configuration in. */
export const fileKinds: readonly FileKind[] = [
  vmFile,
  containerFile,
  ...sectionKinds,
  firewallClusterFile,
  firewallHostFile,
  firewallGuestFile,
  firewallVnetFile,
  interfacesFile,
];
