import { aptListFile, aptSourcesFile } from './apt-sources-file-kinds.ts';
import { haManagerStatusFile, membersFile, rrdFile, versionFile, vmlistFile } from './cluster-state-files.ts';
import { corosyncFile } from './corosync-file-kind.ts';
import { datacenterFile } from './datacenter-cfg.ts';
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
import { userFile } from './user-cfg-file.ts';
import { vzdumpConfFile } from './vzdump-conf.ts';
import { vzdumpCronFile } from './vzdump-cron-file.ts';

/** Every kind of file that PVE keeps its configuration in. */
export const fileKinds: readonly FileKind[] = [
  vmFile,
  containerFile,
  ...sectionKinds,
  userFile,
  datacenterFile,
  firewallClusterFile,
  firewallHostFile,
  firewallGuestFile,
  firewallVnetFile,
  interfacesFile,
  corosyncFile,
  vzdumpConfFile,
  vzdumpCronFile,
  aptListFile,
  aptSourcesFile,
  membersFile,
  vmlistFile,
  versionFile,
  rrdFile,
  haManagerStatusFile,
];
