import type { FileKind } from '../file-kind.ts';
import { sectionFileKind } from '../section-file-kind.ts';
import type { SectionKind } from '../section-kind.ts';
import { realmSections } from './domains.ts';
import { fabricSections } from './fabrics.ts';
import { haGroupSections, haResourceSections, haRuleSections } from './ha.ts';
import { jobSections } from './jobs.ts';
import { directoryMappingSections, pciMappingSections, usbMappingSections } from './mappings.ts';
import { metricSections } from './metrics.ts';
import { notificationSections } from './notifications.ts';
import { replicationSections } from './replication.ts';
import {
  sdnControllerSections,
  sdnDnsSections,
  sdnIpamSections,
  sdnSubnetSections,
  sdnVnetSections,
  sdnZoneSections,
} from './sdn.ts';
import { storageSections } from './storage.ts';

/** Every file of sections that PVE has, as data; for those who edit them. */
export const sectionTables: readonly SectionKind[] = [
  storageSections,
  haResourceSections,
  haGroupSections,
  haRuleSections,
  replicationSections,
  jobSections,
  notificationSections,
  realmSections,
  pciMappingSections,
  usbMappingSections,
  directoryMappingSections,
  sdnZoneSections,
  sdnVnetSections,
  sdnSubnetSections,
  sdnControllerSections,
  sdnIpamSections,
  sdnDnsSections,
  fabricSections,
  metricSections,
];

/** The same as lint, ls and export see them. */
export const sectionKinds: readonly FileKind[] = sectionTables.map(sectionFileKind);
