import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { matchPath } from './api-path.ts';
import type { PveCall } from './call.ts';
import { checkArgument, checkValue, type Refusal } from './check-value.ts';
import { guestArea } from './guest-area.ts';
import { refusedByRules, type MethodArea } from './method-area.ts';
import { optionSchema, unknownOption, type GuestKind } from './option-schema.ts';
import type { MethodSchema, PropertySchema } from './schema/property-schema.ts';
import { refusedByVersion, takenByVersion, type Asked } from './version-differences.ts';

/** The major version that the tables are of. */
const tablesOf = 9;

/**
 * Checks a call against PVE's own schema and what PVE is known to refuse beyond it; [] when it is valid. Guests' methods
 * are at hand; for others the area of the call's path is passed in (loadArea). `major` is the node's PVE version.
 */
export function checkCall(
  call: PveCall,
  area: MethodArea = guestArea,
  major: number = tablesOf,
): readonly Diagnostic[] {
  const found = findMethod(call, area.methods);
  if (found === undefined) return [unknownMethod(call, area.methods)];
  const { schema, inPath } = found;
  const other = refusedByVersion({ method: methodName(schema) }, major);
  if (other !== undefined) return [refused(call, 'pve/other-version', other)];
  const params: PveCall['params'] = { ...Object.fromEntries(inPath), ...call.params };
  return [
    ...Object.entries(params).flatMap(([name, value]) =>
      checkParameter(call, schema, params, name, value, major),
    ),
    ...Object.entries(schema.params)
      .filter(([name, row]) => row.optional !== true && !(name in params))
      .map(([name]) =>
        refused(call, 'pve/missing-parameter', `"${name}" is missing; PVE does not do without it`),
      ),
    ...refusedByRules(area.rules, schema, params).map((message) => refused(call, 'pve/refused', message)),
  ];
}

/** Checks one option of a guest as it would stand in `qm set` or `pct set`; [] when that major version of PVE takes it. */
export function checkOption(
  kind: GuestKind,
  option: string,
  value: string,
  major: number = tablesOf,
): readonly Refusal[] {
  const guests = kind === 'vm' ? 'qemu' : 'lxc';
  const asked: Asked = {
    method: `PUT /nodes/{node}/${guests}/{vmid}/config`,
    parameter: option,
    value,
  };
  const other = refusedByVersion(asked, major);
  if (other !== undefined) return [{ message: other }];
  const schema = optionSchema(kind, option);
  const refusals =
    schema === undefined ? [{ message: unknownOption(kind, option) }] : checkValue(schema, value);
  return untaken(refusals, asked, major);
}

/** Whether a release of PVE before the tables' has that key in an option's property string: the oldest is 8. */
export function isOlderKey(kind: GuestKind, option: string, key: string): boolean {
  const guests = kind === 'vm' ? 'qemu' : 'lxc';
  const method = `PUT /nodes/{node}/${guests}/{vmid}/config`;
  return takenByVersion({ method, parameter: option, value: `${key}=1` }, key, tablesOf - 1);
}

/** The refusals but those of what that version takes. */
function untaken(refusals: readonly Refusal[], asked: Asked, major: number): readonly Refusal[] {
  return refusals.filter(({ path }) => !takenByVersion(asked, path?.[0], major));
}

function findMethod(
  call: PveCall,
  methods: readonly MethodSchema[],
): { readonly schema: MethodSchema; readonly inPath: ReadonlyMap<string, string> } | undefined {
  for (const schema of methods) {
    const inPath = schema.method === call.method ? matchPath(schema.path, call.path) : undefined;
    if (inPath !== undefined) return { schema, inPath };
  }
  return undefined;
}

function unknownMethod(call: PveCall, methods: readonly MethodSchema[]): Diagnostic {
  const there = methods.filter(({ path }) => matchPath(path, call.path) !== undefined);
  const wanted =
    there.length === 0
      ? 'a path of its API is wanted'
      : `${there.map(({ method }) => method).join(', ')} is what this path has`;
  return refused(call, 'pve/unknown-method', `PVE has no such method; ${wanted}`);
}

function checkParameter(
  call: PveCall,
  method: MethodSchema,
  params: PveCall['params'],
  name: string,
  value: PveCall['params'][string],
  major: number,
): readonly Diagnostic[] {
  const schema = parameterSchema(method, name);
  const text = typeof value === 'string' ? { value } : {};
  const asked: Asked = { method: methodName(method), parameter: name, ...text };
  const other = refusedByVersion(asked, major);
  if (other !== undefined) return [refused(call, 'pve/other-version', `${name}: ${other}`)];
  if (schema === undefined) {
    return takenByVersion(asked, undefined, major)
      ? []
      : [refused(call, 'pve/unknown-parameter', unknownParameter(method, name))];
  }
  const { requires } = schema;
  const alone =
    requires !== undefined && !(requires in params)
      ? [refused(call, 'pve/missing-parameter', `"${name}" is there without "${requires}"; both are wanted`)]
      : [];
  return [
    ...alone,
    ...untaken(checkArgument(schema, value), asked, major).map(({ message, path }) =>
      refused(call, 'pve/parameter', `${[name, ...(path ?? [])].join('.')}: ${message}`),
    ),
  ];
}

const methodName = ({ method, path }: MethodSchema): string => `${method} ${path}`;

function unknownParameter(method: MethodSchema, name: string): string {
  const names = Object.keys(method.params);
  return method.options === undefined
    ? `"${name}" is no parameter of it${didYouMean(name, names)}`
    : unknownOption(method.options, name, names);
}

function parameterSchema(method: MethodSchema, name: string): PropertySchema | undefined {
  if (Object.hasOwn(method.params, name)) return method.params[name];
  if (method.options !== undefined) return optionSchema(method.options, name);
  const { base = '', index } = /^(?<base>[a-z]+)(?<index>\d)$/u.exec(name)?.groups ?? {};
  const family = `${base}[n]`;
  return Number(index) <= (lastIndex[family] ?? -1) ? method.params[family] : undefined;
}

/** Indexed parameters beside guests' (pve-cluster PVE/Corosync.pm, pve-manager PVE/NodeConfig.pm). */
const lastIndex: Readonly<Record<string, number>> = { 'link[n]': 7, 'acmedomain[n]': 5 };

function refused(call: PveCall, code: string, reason: string): Diagnostic {
  return {
    code,
    severity: 'error',
    trouble: 'refused',
    message: `Cannot call ${call.method} ${call.path}: ${reason}`,
  };
}
