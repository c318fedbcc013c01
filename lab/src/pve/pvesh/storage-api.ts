import type { Parameters } from '../cli/getopt.ts';
import { digestOf } from '../guest/config.ts';
import { addStorage, removeStorage, setStorage, type Defined } from '../pvesm/definitions.ts';
import { storageStatus, type StorageStatus } from '../pvesm/status.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { readStorages, storageOf, type StorageSection } from '../storage/config.ts';
import type { Json } from './format.ts';

/** A storage's definition as the API returns it. */
function definition({ machine }: Session, storage: StorageSection): Json {
  const text = machine.files.read('/etc/pve/storage.cfg') ?? '';
  const isImplicit = storage.id === 'local' && !/^dir:\s*local\s*$/m.test(text);
  return {
    ...Object.fromEntries(
      Object.entries(storage.options).map(([name, value]) => [name, optionValue(name, value)]),
    ),
    content: [...storage.content].join(',') || 'none',
    ...(storage.shared ? { shared: 1 } : {}),
    ...(isImplicit ? { priority: 0 } : {}),
    digest: digestOf(text),
    storage: storage.id,
    type: storage.type,
  };
}

/** Booleans and numbers are numbers; a bare `disable` is 1. */
function optionValue(name: string, value: string): Json {
  if (name === 'disable') return value === '' ? 1 : Number(value);
  const type = parametersOf('POST /storage')[name]?.type;
  return type === 'boolean' || type === 'integer' ? Number(value) : value;
}

/** GET /storage. */
export function definitions(session: Session, { type }: Parameters): Json {
  return readStorages(session.machine)
    .filter((storage) => type === undefined || storage.type === type)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((storage) => definition(session, storage));
}

/** GET /storage/{storage}. Throws Failure. */
export function oneDefinition(session: Session, { storage = '' }: Parameters): Json {
  return definition(session, storageOf(session.machine, storage));
}

const defined = ({ storage, type }: Defined): Json => ({ storage, type });

/** POST /storage. Throws Failure. */
export async function defineStorage(session: Session, given: Parameters): Promise<Json> {
  return defined(await addStorage(session, given));
}

/** PUT /storage/{storage}. Throws Failure. */
export async function changeStorage(session: Session, given: Parameters): Promise<Json> {
  return defined(await setStorage(session, given));
}

/** DELETE /storage/{storage}. Throws Failure. */
export async function undefineStorage(session: Session, given: Parameters): Promise<Json> {
  await removeStorage(session, given);
  return null;
}

function statusData({ storage, enabled, active, total, used, available }: StorageStatus) {
  return {
    active: active ? 1 : 0,
    avail: available,
    content: [...storage.content].join(','),
    enabled: enabled ? 1 : 0,
    shared: storage.shared ? 1 : 0,
    total,
    type: storage.type,
    used,
  };
}

/** GET /nodes/{node}/storage. Throws Failure. */
export function allStatus(session: Session, given: Parameters): Json {
  return storageStatus(session, given).map((one) => ({
    ...statusData(one),
    storage: one.storage.id,
    ...(one.total > 0 ? { used_fraction: one.used / one.total } : {}),
  }));
}

/** GET /nodes/{node}/storage/{storage}/status. Throws Failure. */
export function oneStatus(session: Session, { storage = '' }: Parameters): Json {
  const [found] = storageStatus(session, { storage });
  return found === undefined ? null : statusData(found);
}
