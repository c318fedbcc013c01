import {
  directoryMappingSections,
  pciMappingSections,
  usbMappingSections,
} from '../pve/section-kinds/mappings.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { sectionsIn } from './sections.ts';

const files = [
  ['pci', 'pci', pciMappingSections],
  ['usb', 'usb', usbMappingSections],
  ['dir', 'directory', directoryMappingSections],
] as const;

/** One row for what a mapping is on one node. */
export const mappings: Listing = {
  columns: columns('mapping type node device path cluster', 'iommugroup comment'),
  rows: ofEachCluster((snapshot) =>
    files.flatMap(([type, file, sections]) =>
      sectionsIn(snapshot, `/etc/pve/mapping/${file}.cfg`, sections).flatMap(({ id, options, values }) =>
        values('map').map((text) => {
          const map = partsOf(text);
          const { node, id: device, path, iommugroup } = map;
          return rowOf(snapshot, 'mapping', [type, id, node ?? '', path ?? device ?? ''].join('/'), {
            mapping: id,
            type,
            node: textOrNull(node),
            device: textOrNull(device),
            path: textOrNull(path),
            iommugroup: textOrNull(iommugroup),
            comment: textOrNull(options['comment'] ?? options['description']),
          });
        }),
      ),
    ),
  ),
};

function partsOf(text: string): Readonly<Partial<Record<string, string>>> {
  return Object.fromEntries(
    text.split(',').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]];
    }),
  );
}
