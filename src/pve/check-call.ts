import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { matchPath } from './api-path.ts';
import type { Argument, PveCall } from './call.ts';
import { checkValue, type Refusal } from './check-value.ts';
import { optionSchema, unknownOption, type GuestKind } from './option-schema.ts';
import { refusedBeyondSchema } from './refusals.ts';
import { containerMethods } from './schema/methods/container-methods.ts';
import type { MethodSchema, PropertySchema } from './schema/property-schema.ts';
import { vmMethods } from './schema/methods/vm-methods.ts';

/** Checks a call of qm or pct against PVE's own schema and what PVE is known to refuse beyond it; [] when it is valid. */
export function checkCall(call: PveCall): readonly Diagnostic[] {
  const found = findMethod(call);
  if (found === undefined) {
    return [
      refused(
        call,
        'pve/unknown-method',
        'PVE has no such method for qm or pct; one of their methods is wanted',
      ),
    ];
  }
  const { schema, inPath } = found;
  const params: Readonly<Record<string, Argument>> = { ...Object.fromEntries(inPath), ...call.params };
  return [
    ...Object.entries(params).flatMap(([name, value]) => checkParameter(call, schema, params, name, value)),
    ...Object.entries(schema.params)
      .filter(([name, row]) => row.optional !== true && !(name in params))
      .map(([name]) =>
        refused(call, 'pve/missing-parameter', `"${name}" is missing; PVE does not do without it`),
      ),
    ...refusedBeyondSchema(schema, params).map((message) => refused(call, 'pve/refused', message)),
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
): { readonly schema: MethodSchema; readonly inPath: ReadonlyMap<string, string> } | undefined {
  for (const schema of [...vmMethods, ...containerMethods]) {
    const inPath = schema.method === call.method ? matchPath(schema.path, call.path) : undefined;
    if (inPath !== undefined) return { schema, inPath };
  }
  return undefined;
}

function checkParameter(
  call: PveCall,
  method: MethodSchema,
  params: Readonly<Record<string, Argument>>,
  name: string,
  value: Argument,
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
  // What stands for a secret or a digest is not known here.
  const wrong = typeof value === 'string' ? checkValue(schema, value) : [];
  return [
    ...alone,
    ...wrong.map(({ message, path }) =>
      refused(call, 'pve/parameter', `${[name, ...(path ?? [])].join('.')}: ${message}`),
    ),
  ];
}

function parameterSchema(method: MethodSchema, name: string): PropertySchema | undefined {
  if (Object.hasOwn(method.params, name)) return method.params[name];
  return method.options === undefined ? undefined : optionSchema(method.options, name);
}

function refused(call: PveCall, code: string, reason: string): Diagnostic {
  return {
    code,
    severity: 'error',
    trouble: 'refused',
    message: `Cannot call ${call.method} ${call.path}: ${reason}`,
  };
}
