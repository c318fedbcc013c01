import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SampleFile {
  /** Its path under samples/ or PVE's own configs. */
  readonly name: string;
  readonly text: string;
  /** Written by PVE's own test suite: PVE reads it without complaint. */
  readonly isFromPve: boolean;
}

const own = fileURLToPath(new URL('samples', import.meta.url));
/** Config files from PVE's own test suites, where they lie beside the repository. */
const foreign = fileURLToPath(new URL('../../../shared/pve/configs', import.meta.url));

/** Our own sample files of a folder, and PVE's of a folder when they are there. */
export function sampleFiles(folder: string, foreignFolder = folder): readonly SampleFile[] {
  return [...filesUnder(own, folder, false), ...filesUnder(foreign, foreignFolder, true)];
}

function filesUnder(root: string, folder: string, isFromPve: boolean): readonly SampleFile[] {
  const start = path.join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({ name: path.relative(root, file), text: readFileSync(file, 'utf8'), isFromPve }));
}
