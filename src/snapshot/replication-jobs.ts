import { decodeText, encodeText } from '../pve/percent-text.ts';
import { addSection, removeSectionOption, setSectionOption } from '../pve/section-edit.ts';
import { decodeSections, encodeSections, sectionOptions, sectionsOf } from '../pve/section-config.ts';
import { replicationSections } from '../pve/section-kinds/replication.ts';
import { withFile } from './change.ts';
import { oncePerSnapshot, readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

export const REPLICATION_CFG = '/etc/pve/replication.cfg';

/** A replication job, VMID-NUMBER, with its options: the comment decoded, `disable` as 0 or 1. */
export interface ReplicationJob {
  readonly vmid: number;
  readonly number: string;
  readonly options: Readonly<Record<string, string>>;
  /** It was deleted, and removes itself in the background. */
  readonly isLeaving: boolean;
}

/** The jobs of all guests, local ones, which are all that PVE has. */
export const replicationJobs: (snapshot: Snapshot) => readonly ReplicationJob[] | Unknown = oncePerSnapshot(
  (snapshot) => {
    const text = readFile(snapshot, REPLICATION_CFG);
    if (isUnknown(text)) return text;
    return sectionsOf(decodeSections(replicationSections.dialect, text ?? '')).map((section) => {
      const [vmid = '', number = ''] = section.id.split('-');
      const { comment, disable, ...others } = sectionOptions(section);
      return {
        vmid: Number(vmid),
        number,
        options: {
          ...others,
          ...(comment !== undefined && { comment: decodeText(comment) }),
          ...(disable !== undefined && { disable: disable === '' || disable === '1' ? '1' : '0' }),
        },
        isLeaving: others['remove_job'] !== undefined,
      };
    });
  },
);

/** The snapshot with these options of a job set, null: removed; a job that is not there is made. */
export function withReplicationJob(
  snapshot: Snapshot,
  id: string,
  options: Readonly<Record<string, string | null>>,
): Snapshot {
  const text = readFile(snapshot, REPLICATION_CFG);
  if (isUnknown(text)) return snapshot;
  const file = decodeSections(replicationSections.dialect, text ?? '');
  const written = Object.entries(options).map(([key, value]) => [key, textOf(key, value)] as const);
  const set = written.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  const isThere = sectionsOf(file).some((section) => section.id === id);
  const after = isThere
    ? written.reduce(
        (before, [key, value]) =>
          value === null
            ? removeSectionOption(before, id, key)
            : setSectionOption(replicationSections, before, id, key, value),
        file,
      )
    : addSection(replicationSections, file, { type: 'local', id }, Object.fromEntries(set));
  return withFile(snapshot, REPLICATION_CFG, encodeSections(after));
}

/** As the file has it: a flag stands alone, or not at all (PVE::SectionConfig, format_config_line). */
function textOf(key: string, value: string | null): string | null {
  if (value === null || (key === 'disable' && value === '0')) return null;
  if (key === 'disable') return '';
  return key === 'comment' ? encodeText(value) : value;
}
