import type { Parameters } from '../cli/getopt.ts';
import { digestOf, type GuestKind, type Section } from '../guest/config.ts';
import { pendingDeletes } from '../guest/pending.ts';
import { isHaResource } from '../guest/references.ts';
import { poolOf } from '../guest/pools.ts';
import { statusText, type StatusRecord } from '../guest/status-record.ts';
import { configText, guestIds, loadConfig } from '../guest/store.ts';
import { shownConfig as shownCtConfig, statusRecord as ctStatus } from '../pct/show.ts';
import { shownConfig as shownVmConfig } from '../qm/show.ts';
import { statusRecord as vmStatus } from '../qm/status.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import type { Json } from './format.ts';

/** An option's value with the type that the schema gives it. */
function typed(kind: GuestKind, name: string, value: string): Json {
  const type = parametersOf(`PUT /nodes/{node}/${kind}/{vmid}/config`)[name]?.type;
  return type === 'integer' || type === 'boolean' || type === 'number' ? Number(value) : value;
}

/** Options with the types that the schema gives them. */
export function typedSection(kind: GuestKind, section: Section): { readonly [key: string]: Json } {
  return Object.fromEntries([...section].map(([name, value]) => [name, typed(kind, name, value)]));
}

/** GET .../config. Throws Failure. */
export function configData(session: Session, kind: GuestKind, parameters: Parameters): Json {
  const section =
    kind === 'qemu' ? shownVmConfig(session, parameters) : shownCtConfig(session, parameters).section;
  return {
    ...typedSection(kind, section),
    digest: digestOf(configText(session.machine, kind, parameters['vmid'] ?? '')),
  };
}

/** GET .../pending. Throws Failure. */
export function pendingData(session: Session, kind: GuestKind, { vmid = '' }: Parameters): Json {
  const config = loadConfig(session.machine, kind, vmid);
  const deletes = pendingDeletes(config.pending);
  const names = new Set([...config.main.keys(), ...config.pending.keys()]);
  names.delete('delete');
  const rows = [...names].map((name) => {
    const value = config.main.get(name);
    const next = config.pending.get(name);
    return {
      key: name,
      ...(value === undefined ? {} : { value: typed(kind, name, value) }),
      ...(next === undefined ? {} : { pending: typed(kind, name, next) }),
      ...(deletes.has(name) ? { delete: deletes.get(name) === true ? 2 : 1 } : {}),
    };
  });
  const goneOnly = [...deletes.keys()].filter((name) => !names.has(name));
  const gone = goneOnly.map((key) => ({ key, delete: deletes.get(key) === true ? 2 : 1 }));
  return [...rows, ...gone, { key: 'digest', value: digestOf(configText(session.machine, kind, vmid)) }];
}

function jsonOf(record: StatusRecord): { readonly [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key,
      typeof value === 'number' || value === null ? value : statusText(value),
    ]),
  );
}

/** GET .../status/current. Throws Failure. */
export function statusData(session: Session, kind: GuestKind, { vmid = '' }: Parameters): Json {
  const managed = isHaResource(session.machine, `${kind === 'qemu' ? 'vm' : 'ct'}:${vmid}`) ? 1 : 0;
  if (kind === 'lxc') return { ...jsonOf(ctStatus(session, vmid)), ha: { managed } };
  const agent = /^(?:enabled=)?1/.test(loadConfig(session.machine, 'qemu', vmid).main.get('agent') ?? '');
  return {
    ...jsonOf(vmStatus(session, vmid, true)),
    ha: { managed },
    clipboard: null,
    ...(agent ? { agent: 1 } : {}),
  };
}

/** GET of the guests of a kind on a node. */
export function listData(session: Session, kind: GuestKind): Json {
  return guestIds(session.machine, kind).map((vmid) =>
    jsonOf(kind === 'qemu' ? vmStatus(session, vmid) : ctStatus(session, vmid)),
  );
}

function optional(values: Readonly<Record<string, Json | undefined>>): { readonly [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

/** The guests of a node in GET /cluster/resources. */
export function resourceRows(session: Session): readonly Json[] {
  return (['qemu', 'lxc'] as const).flatMap((kind) =>
    guestIds(session.machine, kind).map((vmid) => {
      const { cpus, disk, maxdisk, maxmem, name, status, template, uptime, tags, lock } = jsonOf(
        kind === 'qemu' ? vmStatus(session, vmid) : ctStatus(session, vmid),
      );
      return {
        cpu: 0,
        disk: disk ?? 0,
        diskread: 0,
        diskwrite: 0,
        id: `${kind}/${vmid}`,
        maxcpu: cpus ?? 1,
        maxdisk: maxdisk ?? 0,
        maxmem: maxmem ?? 0,
        mem: 0,
        memhost: 0,
        name: name ?? '',
        netin: 0,
        netout: 0,
        node: session.machine.name,
        status: status ?? 'unknown',
        template: template ?? 0,
        type: kind,
        uptime: uptime ?? 0,
        vmid: Number(vmid),
        ...optional({ tags, lock, pool: poolOf(session.machine, vmid) }),
      };
    }),
  );
}
