import type { Diagnostic } from '../../diagnostic.ts';
import type { Options } from '../../pve/guest-config.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { checkStorage, refusal } from './check-place.ts';
import { fileNameOf, isUrl, parseChecksum } from './image-url.ts';
import type { GuestKind } from './guest-kind.ts';
import type { DraftStep } from './power-step.ts';
import { storageLock } from './storage-lock.ts';

const DOWNLOAD_SECONDS = 7200;

/** An image that PVE downloads to a storage, and a disk is made from. */
interface CloudImage {
  readonly url: string;
  readonly storage: string;
  readonly fileName: string;
  readonly algorithm: string;
  readonly checksum: string;
}

/** A spec whose images by URL are volumes of storages, and the downloads that bring them there. */
export interface WithImages {
  readonly wanted: Wanted;
  readonly images: readonly CloudImage[];
  readonly refused: readonly Diagnostic[];
}

/**
 * Puts the volumes in the place of URLs, for slots that are not there yet: an image is for making a disk. Its checksum is a
 * part of its name, so a file that is there is the right one, and another one never takes its place.
 */
export function withImages(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  present: Options,
): WithImages {
  const images = new Map<string, CloudImage>();
  const refused: Diagnostic[] = [];
  const options: Record<string, WantedValue> = {};
  for (const [option, wish] of Object.entries(wanted.options)) {
    options[option] = wish;
    const url = typeof wish === 'object' ? wish?.['import-from'] : undefined;
    if (kind.kind !== 'vm' || typeof wish !== 'object' || wish === null) continue;
    if (typeof url !== 'string' || !isUrl(url) || present[option] !== undefined) continue;
    const storage = imageStorage(wanted, snapshot, node, option, wish['image-storage']);
    const checksum = parseChecksum(wish['checksum'] ?? '');
    const fileName = fileNameOf(url, checksum?.hex ?? '');
    if (typeof storage !== 'string') refused.push(...storage);
    else if (checksum !== undefined && fileName !== undefined) {
      const volume = `${storage}:import/${fileName}`;
      images.set(volume, { url, storage, fileName, algorithm: checksum.algorithm, checksum: checksum.hex });
      options[option] = { ...wish, 'import-from': volume };
    }
  }
  return { wanted: { ...wanted, options }, images: [...images.values()], refused };
}

/** The storage that the spec names for images, or the only one on that node that is for them. */
function imageStorage(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  named: string | null | undefined,
): string | readonly Diagnostic[] {
  const path = [option, typeof named === 'string' ? 'image-storage' : 'import-from'];
  if (typeof named === 'string') {
    const found = checkStorage(wanted, path, snapshot, node, named, 'import');
    return found.length === 0 ? named : found;
  }
  const all = storages(snapshot);
  const fit = isUnknown(all)
    ? []
    : all.filter(
        ({ content, disabled, nodes, options }) =>
          content.includes('import') &&
          !disabled &&
          options['path'] !== undefined &&
          (nodes === undefined || nodes.includes(node)),
      );
  const [only, second] = fit;
  if (only !== undefined && second === undefined) return only.id;
  return [
    refusal(
      wanted,
      path,
      'guest/image-storage',
      only === undefined
        ? `no storage on ${node} is for images to import`
        : `${fit.map(({ id }) => id).join(' and ')} are for images to import on ${node}; one is wanted`,
      only === undefined
        ? 'Add "import" to the content of a storage of files: pvesm set local --content iso,vztmpl,backup,import'
        : `Name one: image-storage: ${only.id}`,
    ),
  ];
}

/** The step that has PVE download an image; where the file is there with that checksum PVE says so and does nothing. */
export function downloadStep(
  { url, storage, fileName, algorithm, checksum }: CloudImage,
  node: string,
  snapshot: Snapshot,
): DraftStep {
  const params = {
    content: 'import',
    filename: fileName,
    url,
    checksum,
    'checksum-algorithm': algorithm,
  };
  return {
    node,
    act: {
      run: 'call',
      call: { method: 'POST', path: `/nodes/${node}/storage/${storage}/download-url`, params },
    },
    guards: [],
    locks: [storageLock(snapshot, storage, node)],
    effects: [],
    undo: { impossible: 'an image that was downloaded stays on its storage', options: [] },
    detached: true,
    timeoutSeconds: DOWNLOAD_SECONDS,
  };
}
