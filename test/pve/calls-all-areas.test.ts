import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PveCall } from '../../src/pve/call.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { commands } from '../../src/pve/commands.ts';
import { knowsFormat } from '../../src/pve/formats.ts';
import { loadArea } from '../../src/pve/load-area.ts';
import { containerOptions } from '../../src/pve/schema/container-options.ts';
import { vmOptions } from '../../src/pve/schema/vm-options.ts';
import { propertyFormat } from '../../src/pve/named-property-formats.ts';
import type { MethodSchema, PropertySchema } from '../../src/pve/schema/property-schema.ts';

/** One path of each area. */
const samplePaths =
  `/cluster/firewall /nodes/a/qemu /storage /access /cluster/ha /cluster/sdn /cluster/backup /nodes/a/network
/cluster/replication /cluster/ceph /cluster/metrics /cluster/mapping /nodes /version`.split(/\s+/u);

const areas = await Promise.all(samplePaths.map(loadArea));
const methods: readonly MethodSchema[] = areas.flatMap((area) => area.methods);

interface RawSchema extends Readonly<Record<string, unknown>> {
  readonly format?: string | Readonly<Record<string, RawSchema>>;
}

const bounds = ['minimum', 'maximum', 'minLength', 'maxLength'] as const;

/** What a check asks of a row. */
function inShort(row: PropertySchema): unknown {
  const keys = typeof row.format === 'object' ? Object.keys(row.format).toSorted() : row.format;
  return [row.type, row.optional === true, row.enum, bounds.map((bound) => row[bound]), keys, row.requires];
}

/** The same, as PVE's own schema says it. */
function fromPve(raw: RawSchema): unknown {
  const isOptional = Number(raw['optional'] ?? 0) === 1 || raw['type-property'] !== undefined;
  const limits = bounds.map((bound) => (raw[bound] === undefined ? undefined : Number(raw[bound])));
  const keys = typeof raw.format === 'object' ? Object.keys(raw.format).toSorted() : raw.format;
  return [raw['type'], isOptional, raw['enum'] ?? undefined, limits, keys, raw['requires']];
}

const filled = (path: string): string => path.replaceAll(/\{[^}]+\}/gu, 'x');

async function messages(call: PveCall): Promise<readonly string[]> {
  return checkCall(call, await loadArea(call.path)).map(({ message }) => message);
}

describe('the tables of methods', () => {
  test('each method stands in the area that its path leads to', async () => {
    for (const { method, path } of methods) {
      const area = await loadArea(filled(path));
      expect([path, area.methods.some((row) => row.path === path && row.method === method)]).toEqual([
        path,
        true,
      ]);
    }
  });

  test('every parameter of a path is one of the method', () => {
    for (const { path, params } of methods) {
      const inPath = [...path.matchAll(/\{(?<name>[^}]+)\}/gu)].map((found) => found.groups?.['name']);
      expect([path, ...inPath.filter((name) => name !== undefined && !(name in params))]).toEqual([path]);
    }
  });

  test('every row has a type, every pattern compiles, every format is known', () => {
    const odd = new Set<string>();
    const look = (name: string, row: PropertySchema): void => {
      if (row.type === undefined && row.alias === undefined) odd.add(`${name}: no type`);
      if (row.pattern !== undefined) new RegExp(row.pattern, 's').test('');
      if (row.items !== undefined) look(`${name}[]`, row.items);
      const inside = propertyFormat(row);
      if (inside !== undefined)
        for (const [key, part] of Object.entries(inside)) look(`${name}.${key}`, part);
      else if (typeof row.format === 'string' && !knowsFormat(row.format)) odd.add(row.format);
    };
    for (const { params } of methods) for (const [name, row] of Object.entries(params)) look(name, row);
    expect([...odd]).toEqual([]);
  });

  const source = new URL('../../../shared/pve/api-schema.json', import.meta.url);
  test.runIf(existsSync(source))('they are all of PVE, with every type, enum and bound', () => {
    const api: Record<
      string,
      Record<string, { readonly parameters?: Record<string, RawSchema> }>
    > = JSON.parse(readFileSync(source, 'utf8'));
    const wanted = Object.entries(api).flatMap(([path, verbs]) =>
      Object.entries(verbs).map(([verb, { parameters }]) => ({ verb, path, parameters: parameters ?? {} })),
    );
    expect(methods).toHaveLength(wanted.length);
    for (const { verb, path, parameters } of wanted) {
      const found = methods.find((row) => row.method === verb && row.path === path);
      // Without the keys that are newer than the schema, which option-schema.ts adds.
      const options =
        found?.options === undefined ? {} : { vm: vmOptions, container: containerOptions }[found.options];
      const given = { ...options, ...found?.params };
      for (const [name, raw] of Object.entries(parameters))
        expect([verb, path, name, inShort(given[name] ?? {})]).toEqual([verb, path, name, fromPve(raw)]);
      const more = Object.keys(found?.params ?? {}).filter((name) => !(name in parameters));
      expect([verb, path, ...more]).toEqual([verb, path]);
    }
  });

  test('every command has its method, with its positional parameters and what it leaves out', () => {
    for (const command of commands) {
      const schema = methods.find((row) => row.method === command.method && row.path === command.path);
      const named = [
        ...command.positional,
        ...(command.notHere ?? []),
        ...Object.keys(command.fixed ?? {}),
      ].filter((name) => name !== 'sshkeys');
      expect([command.argv, Object.keys(schema?.params ?? {})]).toEqual([
        command.argv,
        expect.arrayContaining(named),
      ]);
    }
  });
});

describe('checking a call of any area', () => {
  test.each<[PveCall, string]>([
    [
      { method: 'POST', path: '/storage', params: { storage: 'xx', type: 'dir' } },
      '"path" is missing; a storage of type dir does not do without it',
    ],
    [
      { method: 'POST', path: '/storage', params: { storage: 'xx', type: 'dirr', path: '/x' } },
      'type: "dirr" is refused; one of btrfs, cephfs, cifs, dir, esxi, iscsi, iscsidirect, lvm, lvmthin, nfs, pbs, rbd, zfs, zfspool is wanted; did you mean "dir"?',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { contents: 'iso' } },
      '"contents" is no parameter of it; did you mean "content"?',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { content: 'iso,backups' } },
      'content: "iso,backups" is refused; one of images, rootdir, vztmpl, iso, backup, snippets, import, none is wanted, not "backups"',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { 'prune-backups': 'keep-last=x' } },
      'prune-backups.keep-last: "x" is no whole number; a whole number of at least 0 is wanted',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { delete: 'nodes,path' } },
      'delete names "path"; an option that can be removed is wanted',
    ],
    [{ method: 'DELETE', path: '/nodes/a', params: {} }, 'PVE has no such method; GET is what this path has'],
    [{ method: 'GET', path: '/storag', params: {} }, 'PVE has no such method; a path of its API is wanted'],
    [
      { method: 'POST', path: '/access/users', params: { userid: 'bob' } },
      'userid: "bob" is refused; a user like root@pam is wanted',
    ],
    [
      { method: 'PUT', path: '/access/acl', params: { path: '/bogus', roles: 'PVEAdmin', users: 'a@pve' } },
      'path "/bogus" is none of permissions; one like /vms/100 or /storage is wanted',
    ],
    [
      { method: 'POST', path: '/access/roles', params: { roleid: 'a', privs: 'VM.Audit VM.Monitr' } },
      'privs: "VM.Audit VM.Monitr" is refused; a privilege of PVE like VM.Audit is wanted, not "VM.Monitr"',
    ],
    [
      { method: 'POST', path: '/cluster/ha/resources', params: { sid: 'vm:100', max_restart: '-1' } },
      'max_restart: "-1" is refused; a whole number of at least 0 is wanted',
    ],
    [
      {
        method: 'POST',
        path: '/cluster/ha/rules',
        params: { rule: 'rr', type: 'node-affinity', resources: 'vm:100' },
      },
      '"nodes" is missing; a rule of type node-affinity does not do without it',
    ],
    [
      { method: 'POST', path: '/cluster/backup', params: { vmid: '100', schedule: 'never' } },
      'schedule: "never" is refused; a calendar event like "mon..fri 02:30" or daily is wanted',
    ],
    [
      { method: 'POST', path: '/nodes/a/vzdump', params: { storage: 'local' } },
      'no guest is named; vmid, all or pool is wanted',
    ],
    [
      {
        method: 'POST',
        path: '/cluster/mapping/usb',
        params: { id: 'key', map: ['node=a,id=1234:5678', 'node=a,id=x'] },
      },
      'map.id: "x" is refused; text of the form',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { content: ['iso', 'backup'] } },
      'content: a list is there; one value is wanted',
    ],
    [
      { method: 'PUT', path: '/storage/xx', params: { username: 'a\0b' } },
      'username: there is a NUL character in it; text that a command line can carry is wanted',
    ],
    [
      {
        method: 'POST',
        path: '/nodes/a/qemu/100/firewall/rules',
        params: { type: 'in', action: 'ACCEPT', macro: 'HTPT' },
      },
      'macro "HTPT" is unknown; one of PVE\'s macros is wanted; did you mean "HTTP"?',
    ],
    [
      {
        method: 'POST',
        path: '/cluster/sdn/vnets/v1/subnets',
        params: { subnet: '2001:db8::/64', type: 'subnet', gateway: '2001:db9::1' },
      },
      'gateway "2001:db9::1" is not in "2001:db8::/64"; an address of the subnet is wanted',
    ],
    [
      { method: 'PUT', path: '/nodes/a/config', params: { acmedomain6: 'a.example' } },
      '"acmedomain6" is no parameter of it',
    ],
  ])('%j', async (call, reason) => {
    const [first, ...others] = await messages(call);
    expect(first).toContain(`Cannot call ${call.method} ${call.path}: ${reason}`);
    expect(others).toEqual([]);
  });

  test.each<PveCall>([
    { method: 'PUT', path: '/nodes/a/config', params: { acmedomain5: 'a.example' } },
    {
      method: 'POST',
      path: '/cluster/config/join',
      params: {
        hostname: 'a',
        password: { secret: 'p' },
        fingerprint: Array.from({ length: 32 }, () => 'AA').join(':'),
        link0: '10.0.0.1',
      },
    },
    { method: 'DELETE', path: '/nodes/a/storage/local/content/local:iso/a b.iso', params: {} },
    { method: 'PUT', path: '/cluster/firewall/ipset/mgmt/10.0.0.0/8', params: { comment: 'x' } },
    { method: 'POST', path: '/cluster/mapping/usb', params: { id: 'key', map: 'node=a,id=1234:5678' } },
    {
      method: 'POST',
      path: '/cluster/backup',
      params: { all: '0', vmid: '100', schedule: 'mon..fri,sun *-1..7 02:30/15' },
    },
    { method: 'PUT', path: '/access/acl', params: { path: '/', roles: 'PVEAdmin', tokens: 'a@pve!tt' } },
    { method: 'POST', path: '/access/users', params: { userid: 'a@pve', email: '' } },
    {
      method: 'GET',
      path: '/nodes/a/tasks/UPID:a:0000A1B2:0012D687:65B2C3D4:qmstart:100:root@pam:/status',
      params: {},
    },
  ])('%j is taken', async (call) => {
    expect(await messages(call)).toEqual([]);
  });

  test('no call throws, whatever is in it', async () => {
    const loaded = await Promise.all(samplePaths.map(loadArea));
    const name = fc.oneof(
      fc.constantFrom(
        'type',
        'delete',
        'constructor',
        '__proto__',
        'vmid',
        'path',
        'subnet',
        'gateway',
        'privs',
      ),
      fc.string(),
    );
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant({ secret: 'x' }));
    fc.assert(
      fc.property(
        fc.constantFrom(...methods),
        fc.dictionary(name, value),
        fc.constantFrom(8, 9),
        (schema, params, major) => {
          const call = { method: schema.method, path: filled(schema.path), params };
          for (const area of loaded) checkCall(call, area, major);
        },
      ),
    );
  });
});
