import { didYouMean } from '../text/did-you-mean.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping } from './reading.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** What a document's tree may hold: what is meant for all its guests, and the lists of resources. */
export const sections = ['node', 'cluster', 'vars', 'vms', 'containers', 'snapshots'];

/** The tree with `vms` and `containers`: the whole document, or what is under `plugins: proxmox:`. */
export function findTree(
  root: unknown,
  reading: Reading,
): { readonly tree: Mapping; readonly path: Path } | undefined {
  if (!isMapping(root)) {
    const wanted = 'a mapping with "vms" and "containers" is wanted';
    complain(
      reading,
      [],
      'wrong-type',
      `Cannot read the document ${reading.file}: it is ${describe(root)}; ${wanted}`,
    );
    return undefined;
  }
  const { version, ...tree } = root;
  if (version !== undefined && version !== 1) {
    complain(
      reading,
      ['version'],
      'version',
      `Cannot read the document: its version is ${describe(version)}; 1 is wanted`,
    );
  }
  if (!('plugins' in root)) return { tree, path: [] };
  for (const key of Object.keys(tree)) {
    if (key === 'plugins') continue;
    const inside = sections.includes(key)
      ? '; it belongs under "plugins", "proxmox"'
      : didYouMean(key, ['version', 'plugins']);
    complain(
      reading,
      [key],
      'unknown-key',
      `Cannot read ${JSON.stringify(key)}: a document has no such key here${inside}`,
    );
  }
  return findPlugin(root['plugins'], reading);
}

function findPlugin(
  plugins: unknown,
  reading: Reading,
): { readonly tree: Mapping; readonly path: Path } | undefined {
  if (!isMapping(plugins)) {
    complain(
      reading,
      ['plugins'],
      'wrong-type',
      `Cannot read "plugins": it is ${describe(plugins)}; a mapping with "proxmox" is wanted`,
    );
    return undefined;
  }
  for (const key of Object.keys(plugins)) {
    if (key === 'proxmox') continue;
    const near = didYouMean(key, ['proxmox']);
    const message = `Cannot read the plugin ${JSON.stringify(key)}: "proxmox" is the only one supported${near}`;
    complain(reading, ['plugins', key], 'unknown-key', message);
  }
  const path = ['plugins', 'proxmox'];
  const tree = plugins['proxmox'];
  if (isMapping(tree)) return { tree, path };
  if ('proxmox' in plugins) {
    complain(
      reading,
      path,
      'wrong-type',
      `Cannot read "proxmox": it is ${describe(tree)}; a mapping with "vms" and "containers" is wanted`,
    );
  } else if (Object.keys(plugins).length === 0) {
    complain(
      reading,
      ['plugins'],
      'wrong-type',
      'Cannot read "plugins": it is empty; "proxmox" is wanted in it',
    );
  }
  return undefined;
}
