import type { Properties } from '../schema/types.ts';
import { indexNames } from './handlers.ts';
import { INDEXES } from './indexes.ts';
import type { Named } from './method.ts';

/** What may stand in the path of an index. */
const IN_PATHS: Properties = {
  node: { type: 'string', format: 'pve-node' },
  vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 },
  storage: { type: 'string', format: 'pve-storage-id' },
  vnet: { type: 'string', format: 'pve-sdn-vnet-id' },
  upid: { type: 'string' },
};

function parametersIn(path: string): Properties {
  return Object.fromEntries(Object.entries(IN_PATHS).filter(([name]) => path.includes(`{${name}}`)));
}

function index(path: string, key: string, names: readonly string[]): Named {
  return [
    `GET ${path}`,
    { parameters: parametersIn(path), run: () => names.map((name) => ({ [key]: name })) },
  ];
}

/** GET of paths that only say what stands below them. */
export function indexMethods(): readonly Named[] {
  return [
    index('/', 'subdir', indexNames('/')),
    ...[...INDEXES].map(([path, { key, names }]) => index(path, key, names)),
  ];
}
