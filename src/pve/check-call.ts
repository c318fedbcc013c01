import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { matchPath } from './api-path.ts';
import type { PveCall } from './call.ts';
import { checkArgument, checkValue, type Refusal } from './check-value.ts';
import { guestArea } from './guest-area.ts';
import { refusedByRules, type MethodArea } from './method-area.ts';
import { optionSchema, unknownOption, type GuestKind } from './option-schema.ts';
import type { MethodSchema, PropertySchema } from './schema/property-schema.ts';

/**
 * Checks a call against PVE's own schema and what PVE is known to refuse beyond it; [] when it is valid. Guests' methods
 * are at hand; for others the area of the call's path is passed in (loadArea).
 */
export function checkCall(call: PveCall, area: MethodArea = guestArea): readonly Diagnostic[] {
  const found = findMethod(call, area.methods);
  if (found === undefined) return [unknownMethod(call, area.methods)];
  const { schema, inPath } = found;
  const params: PveCall['params'] = { ...Object.fromEntries(inPath), ...call.params };
  return [
    ...Object.entries(params).flatMap(([name, value]) => checkParameter(call, schema, params, name, value)),
    ...Object.entries(schema.params)
      .filter(([name, row]) => row.optional !== true && !(name in params))
      .map(([name]) =>
        refused(call, 'pve/missing-parameter', `"${name}" is missing; PVE does not do without it`),
      ),
    ...refusedByRules(area.rules, schema, params).map((message) => refused(call, 'pve/refused', message)),
  ];
}

/** Checks one option of a guest as it would stand in `qm set` or `pct set`; [] when PVE takes it. */
export function checkOption(kind: GuestKind, option: string, value: string): readonly Refusal[] {
  const schema = optionSchema(kind, option);
  if (schema !== undefined) return checkValue(schema, value);
  return [{ message: unknownOption(kind, option) }];
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
): readonly Diagnostic[] {
  const schema = parameterSchema(method, name);
  if (schema === undefined) {
    const names = Object.keys(method.params);
    const reason =
      method.options === undefined
        ? `"${name}" is no parameter of it${didYouMean(name, names)}`
        : unknownOption(method.options, name, names);
    return [refused(call, 'pve/unknown-parameter', reason)];
  }
  const { requires } = schema;
  const alone =
    requires !== undefined && !(requires in params)
      ? [refused(call, 'pve/missing-parameter', `"${name}" is there without "${requires}"; both are wanted`)]
      : [];
  return [
    ...alone,
    ...checkArgument(schema, value).map(({ message, path }) =>
      refused(call, 'pve/parameter', `${[name, ...(path ?? [])].join('.')}: ${message}`),
    ),
  ];
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
