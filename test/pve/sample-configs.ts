import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GuestKind } from '../../src/pve/option-schema.ts';

export interface SampleConfig {
  readonly kind: GuestKind;
  readonly name: string;
  readonly text: string;
}

const own = fileURLToPath(new URL('samples', import.meta.url));
/** Config files from PVE's own test suites, where they lie beside the repository. */
const foreign = fileURLToPath(new URL('../../../shared/pve/configs', import.meta.url));

/** Our own sample files of that kind, and PVE's when they are there. */
export function sampleConfigs(kind: GuestKind): readonly SampleConfig[] {
  return [
    ...filesUnder(path.join(own, kind)),
    ...filesUnder(path.join(foreign, kind === 'vm' ? 'vm' : 'ct')),
  ].map((file) => ({ kind, name: path.relative(path.dirname(own), file), text: readFileSync(file, 'utf8') }));
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}
