import { decodeSections, optionValues, sectionsOf } from '../pve/section-config.ts';
import { mappingDialect } from '../pve/section-dialect.ts';
import { readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Devices and directories of nodes that have one name in the whole cluster. */
export type MappingType = 'pci' | 'usb' | 'dir';

/** `mapping/*.cfg` (pve-guest-common PVE/Mapping/PCI.pm, USB.pm, Dir.pm). */
const files: Readonly<Record<MappingType, string>> = { pci: 'pci', usb: 'usb', dir: 'directory' };

/** Each mapping of that type with the nodes that it has something on. */
export function mappingsOf(
  snapshot: Snapshot,
  type: MappingType,
): ReadonlyMap<string, readonly string[]> | Unknown {
  const text = readFile(snapshot, `/etc/pve/mapping/${files[type]}.cfg`);
  if (isUnknown(text)) return text;
  const sections = sectionsOf(decodeSections(mappingDialect(type), text ?? ''));
  return new Map(
    sections.map((section) => [
      section.id,
      optionValues(section, 'map').flatMap(
        (map) => /(?:^|,)node=(?<node>[^,]+)/u.exec(map)?.groups?.['node'] ?? [],
      ),
    ]),
  );
}
