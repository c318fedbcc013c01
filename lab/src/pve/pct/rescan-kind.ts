import type { RescanKind } from '../guest/rescan.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, parseMount, printMount } from './volume.ts';

/** `pct rescan` (PVE::LXC::update_unused, update_disksize); a volume of a snapshot is in use too. */
export const CT_RESCAN: RescanKind = {
  kind: 'lxc',
  line: (vmid) => ({ start: `CT ${vmid}:`, end: '.' }),
  load: loadCt,
  save: saveCt,
  used: ({ main, snapshots }) =>
    new Set(
      [main, ...snapshots.values()].flatMap((section) =>
        [...section].flatMap(([name, text]) =>
          isMountName(name) ? (parseMount(name, text)['volume'] ?? []) : [],
        ),
      ),
    ),
  resize: (session, vmid, { main }, sizes) => {
    let isChanged = false;
    for (const [name, text] of main) {
      const mount = isMountName(name) ? parseMount(name, text) : undefined;
      const bytes = sizes.get(mount?.['volume'] ?? '');
      if (mount === undefined || bytes === undefined || Number(mount['size'] ?? -1) === bytes) continue;
      main.set(name, printMount(name, { ...mount, size: String(bytes) }));
      session.print(`CT ${vmid}: updated volume size of '${mount['volume']}' in config.\n`);
      isChanged = true;
    }
    return isChanged;
  },
};
