import type { PveCommand } from '../../machine.ts';
import { readArguments } from '../cli/getopt.ts';
import { localeText } from '../cli/locale.ts';
import type { Tool } from '../cli/tool.ts';
import { resolve, shortUsage } from '../cli/usage.ts';
import { verifyParameters } from '../cli/verify.ts';
import { die, Failure } from '../failure.ts';
import type { Properties } from '../schema/types.ts';
import { openSession, type Session } from '../session.ts';
import { toJson, toPrettyJson, toText, type Json } from './format.ts';
import { API, type Method } from './methods.ts';

const VERBS: Readonly<Record<string, string>> = { get: 'GET', set: 'PUT', create: 'POST', delete: 'DELETE' };

const FORMAT: Properties = {
  'output-format': { type: 'string', optional: 1, enum: ['text', 'json', 'json-pretty', 'yaml'] },
  noborder: { type: 'boolean', optional: 1 },
  noheader: { type: 'boolean', optional: 1 },
  quiet: { type: 'boolean', optional: 1 },
  'human-readable': { type: 'boolean', optional: 1 },
  noproxy: { type: 'boolean', optional: 1 },
};

const TOOL: Tool = {
  name: 'pvesh',
  usage: [
    [...Object.keys(VERBS).toSorted(), 'ls']
      .toSorted()
      .map((verb) => `pvesh ${verb} <api_path> [OPTIONS] [FORMAT_OPTIONS]`)
      .concat('pvesh usage <api_path> [OPTIONS]'),
    ['pvesh help [<extra-args>] [OPTIONS]'],
  ].map((group) => group.toSorted()),
  aliases: {},
  commands: {},
};

const FAILED = 255;

/** `pvesh`: the API methods that the lab models, on this node or, by way of the cluster, on another. */
export const pvesh: PveCommand = async (machine, argv, input) => {
  const session = openSession(machine, input);
  const found = resolve(TOOL, argv);
  if (found.kind !== 'command') {
    session.writeError(`ERROR: ${found.error}\n${shortUsage(TOOL)}`);
    return session.finish(FAILED);
  }
  try {
    await call(session, found.words, found.rest);
    return session.finish(0);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    session.writeError(thrown.text);
    return session.finish(FAILED);
  }
};

async function call(session: Session, verb: string, argv: readonly string[]): Promise<void> {
  const http = VERBS[verb];
  if (http === undefined) die(`pvefleet-lab: 'pvesh ${verb}' is not modelled`);
  const [given, ...rest] = argv;
  const usage = `pvesh ${verb} <api_path> [OPTIONS] [FORMAT_OPTIONS]\n`;
  if (given === undefined || given.startsWith('-')) throw new Failure(`400 not enough arguments\n${usage}`);
  const path = `/${given.replace(/^\/+|\/+$/g, '')}`;
  const found = findMethod(http, path);
  if (found === undefined) refuseUnknown(verb, path);
  const { method, values } = found;
  try {
    const read = readArguments(rest, { ...method.parameters, ...FORMAT }, [], Object.keys(values), (line) =>
      session.warn(`${line}\n`),
    );
    const parameters: Record<string, string> = {};
    const format: Record<string, string> = {};
    for (const [name, text] of Object.entries(read.parameters))
      (name in FORMAT ? format : parameters)[name] = localeText(text, session.input.env);
    Object.assign(parameters, values);
    verifyParameters(format, FORMAT);
    verifyParameters(parameters, method.parameters);
    const { node = session.machine.name, ...own } = parameters;
    print(session, await method.run(proxied(session, node), own), format, method.bytes);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 400) throw thrown;
    throw new Failure(`${thrown.text}${usageOf(verb, method, values)}`);
  }
}

function usageOf(verb: string, method: Method, values: Readonly<Record<string, string>>): string {
  const needed = Object.entries(method.parameters)
    .filter(([name, schema]) => !schema.optional && !(name in values))
    .map(([name, schema]) => ` --${name} <${schema.type ?? 'string'}>`)
    .toSorted();
  return `pvesh ${verb} <api_path>${needed.join('')} [OPTIONS] [FORMAT_OPTIONS]\n`;
}

/** The session on the node that a path names: what the work there prints stays there. Throws Failure for a node that is none. */
function proxied(session: Session, node: string): Session {
  if (node === session.machine.name) return session;
  const machine = session.machine.cluster.machines.get(node);
  if (machine === undefined) {
    die(
      `hostname lookup '${node}' failed - failed to get address info for: ${node}: Temporary failure in name resolution`,
    );
  }
  return { ...session, machine, print: () => undefined, warn: () => undefined };
}

function print(
  session: Session,
  result: Json,
  format: Readonly<Record<string, string>>,
  bytes: readonly string[] = [],
): void {
  if (format['quiet'] === '1' || result === null) return;
  const kind = format['output-format'] ?? 'text';
  const text =
    kind === 'json'
      ? `${toJson(result)}\n`
      : kind === 'json-pretty'
        ? `${toPrettyJson(result)}\n`
        : kind === 'text'
          ? toText(result, format['human-readable'] === '0' ? [] : bytes)
          : undefined;
  session.print(
    typeof result === 'string'
      ? `${result}\n`
      : (text ??
          die(`pvefleet-lab: pvesh's output as ${kind} is not modelled here; use --output-format json`)),
  );
}

interface Found {
  readonly method: Method;
  /** What the path says: `{vmid}` is 100. */
  readonly values: Readonly<Record<string, string>>;
}

function findMethod(verb: string, path: string): Found | undefined {
  for (const [name, method] of API) {
    const [methodVerb, pattern = ''] = name.split(' ');
    const values = methodVerb === verb ? matchPath(pattern, path) : undefined;
    if (values !== undefined) return { method, values };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  // A volume's name may hold slashes.
  const given =
    wanted.at(-1) === '{volume}' && parts.length > wanted.length
      ? [...parts.slice(0, wanted.length - 1), parts.slice(wanted.length - 1).join('/')]
      : parts;
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (name !== undefined) values[name] = given[index] ?? '';
    else if (part !== given[index]) return undefined;
  }
  return values;
}

const ROOTS = new Set(['access', 'cluster', 'nodes', 'pools', 'storage', 'version']);

function refuseUnknown(verb: string, path: string): never {
  if (!ROOTS.has(path.split('/')[1] ?? '')) die(`No '${verb}' handler defined for '${path}'`);
  die(`pvefleet-lab: 'pvesh ${verb} ${path}' is not modelled`);
}
