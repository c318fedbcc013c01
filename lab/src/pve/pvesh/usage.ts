import { die } from '../failure.ts';
import { METHODS } from '../schema/methods.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { findPlace, handles } from './handlers.ts';
import { API } from './methods.ts';

/** What each command calls. */
export const VERBS: Readonly<Record<string, string>> = {
  get: 'GET',
  set: 'PUT',
  create: 'POST',
  delete: 'DELETE',
};

/** The parameters of `pvesh usage`. */
export const USAGE: Properties = {
  api_path: { type: 'string' },
  verbose: { type: 'boolean', optional: 1 },
  returns: { type: 'boolean', optional: 1 },
  command: { type: 'string', optional: 1, enum: ['create', 'delete', 'get', 'set'] },
};

/** Options that must be given, as PVE's usage lines have them. */
export function neededOptions(parameters: Properties, values: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .filter(([name, schema]) => !schema.optional && !(name in values))
    .map(([name, schema]) => ` --${name} <${schema.type ?? 'string'}>`)
    .toSorted()
    .join('');
}

/** `pvesh usage`: a line for each command that a path takes. Throws Failure. */
export function printUsage(
  session: Session,
  { api_path: path = '', command, verbose, returns }: Readonly<Record<string, string>>,
): void {
  const place = findPlace(`/${path.replace(/^\/+|\/+$/g, '')}`);
  const found = Object.entries(VERBS).filter(
    ([verb, method]) =>
      (command === undefined || command === verb) && place !== undefined && handles(place, method),
  );
  if (found.length === 0 || place === undefined)
    die(command === undefined ? `no such resource '${path}'` : `no '${command}' handler for '${path}'`);
  if (verbose === '1') die("pvefleet-lab: 'pvesh usage --verbose' is not modelled");
  for (const [verb, method] of found) {
    const name = `${method} ${place.pattern}`;
    const parameters = API.get(name)?.parameters ?? (name in METHODS ? parametersOf(name) : undefined);
    if (parameters === undefined) die(`pvefleet-lab: the usage of '${name}' is not modelled`);
    const needed = neededOptions(parameters, place.values);
    const hasMore = Object.values(parameters).some(({ optional }) => optional);
    session.print(`USAGE: pvesh ${verb} ${path} ${needed.slice(1)}${hasMore ? ' [OPTIONS]' : ''}\n`);
    if (returns === '1') session.print(`RETURNS: ${returnedType(method)}\n\n`);
  }
}

/** The schema of what a method returns, known for those that return nothing. */
function returnedType(method: string): string {
  if (method === 'GET')
    die("pvefleet-lab: 'pvesh usage --returns' is modelled for methods that return nothing only");
  return '{\n   "type" : "null"\n}';
}
