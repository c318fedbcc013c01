import { decodeText } from '../pve/percent-text.ts';
import { decodeSections, optionValues, sectionOptions, sectionsOf } from '../pve/section-config.ts';
import type { SectionKind } from '../pve/section-kind.ts';
import { readFile } from '../snapshot/files.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** One section of a file, its texts decoded. */
export interface ListedSection {
  readonly type: string;
  readonly id: string;
  readonly options: Readonly<Record<string, string>>;
  /** Every value of an option that may be there more than once. */
  readonly values: (key: string) => readonly string[];
}

/** The sections of a file of the cluster; none when it is not there or not known. */
export function sectionsIn(snapshot: Snapshot, path: string, kind: SectionKind): readonly ListedSection[] {
  const text = readFile(snapshot, path);
  if (typeof text !== 'string') return [];
  return sectionsOf(decodeSections(kind.dialect, text)).map((section) => ({
    type: section.type,
    id: section.id,
    options: Object.fromEntries(
      Object.entries(sectionOptions(section)).map(([key, value]) => [
        key,
        kind.texts?.includes(key) === true ? decodeText(value) : value,
      ]),
    ),
    values: (key) => optionValues(section, key),
  }));
}

/** Whether an option that is a switch is on. */
export function isOn(value: string | undefined, absent = false): boolean {
  return value === undefined ? absent : !/^(?:0|no|off|false)$/iu.test(value);
}
