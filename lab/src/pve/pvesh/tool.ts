import type { PveCommand } from '../../machine.ts';
import { isStopped } from '../../node/services.ts';
import { readArguments, type Parameters } from '../cli/getopt.ts';
import { localeText } from '../cli/locale.ts';
import type { Tool } from '../cli/tool.ts';
import { resolve, shortUsage } from '../cli/usage.ts';
import { verifyParameters } from '../cli/verify.ts';
import { die, Failure } from '../failure.ts';
import type { Properties } from '../schema/types.ts';
import { openSession, type Session } from '../session.ts';
import { findPlace, handles, type Place } from './handlers.ts';
import { listChildren } from './list-children.ts';
import { API } from './methods.ts';
import { FORMAT, printResult } from './print.ts';
import { neededOptions, printUsage, USAGE, VERBS } from './usage.ts';

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
  if (verb === 'help') die("pvefleet-lab: 'pvesh help' is not modelled");
  const tail = verb === 'usage' ? '[OPTIONS]' : '[OPTIONS] [FORMAT_OPTIONS]';
  const usage = `pvesh ${verb} <api_path> ${tail}\n`;
  const [given, ...rest] = argv;
  const http = VERBS[verb];
  const place = given === undefined ? undefined : findPlace(normalPath(given));
  if (http !== undefined && given !== undefined && (place === undefined || !handles(place, http)))
    die(`No '${verb}' handler defined for '${given}'`);
  try {
    if (given === undefined || given.startsWith('-')) throw new Failure('not enough arguments\n', 400);
    if (verb === 'usage') printUsage(session, readOwn(session, argv, USAGE));
    else if (verb === 'ls') {
      readOwn(session, argv, { api_path: { type: 'string' }, ...FORMAT });
      await listChildren(session, (node) => proxied(session, node), normalPath(given));
    } else if (http !== undefined && place !== undefined) await callMethod(session, http, place, rest);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 400) throw thrown;
    const method =
      http === undefined || place === undefined ? undefined : API.get(`${http} ${place.pattern}`);
    const needed = method === undefined ? '' : neededOptions(method.parameters, place?.values ?? {});
    throw new Failure(`${thrown.text}${usage.replace('<api_path>', `<api_path>${needed}`)}`);
  }
}

function normalPath(given: string): string {
  return `/${given.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/')}`;
}

/** The arguments of a command that calls no method. Throws Failure. */
function readOwn(session: Session, argv: readonly string[], table: Properties): Parameters {
  const read = readArguments(argv, table, ['api_path'], [], (line) => session.warn(`${line}\n`));
  verifyParameters(read.parameters, table);
  return read.parameters;
}

/** Methods whose schema `pvesh` cannot read: it has no table of parameters. */
const UNREADABLE = new Set([
  'GET /cluster/firewall',
  'GET /cluster/firewall/options',
  'GET /cluster/firewall/macros',
  'GET /cluster/notifications/matcher-field-values',
  'GET /cluster/qemu/custom-cpu-models',
]);

/** Calls a method of the API with options and prints what it returns. Throws Failure. */
async function callMethod(
  session: Session,
  http: string,
  { pattern, values }: Place,
  argv: readonly string[],
): Promise<void> {
  const name = `${http} ${pattern}`;
  if (UNREADABLE.has(name))
    die(
      'unknown schema type (not an object?)\nCompilation failed in require at /usr/bin/pvesh line 6.\nBEGIN failed--compilation aborted at /usr/bin/pvesh line 6.',
    );
  const method = API.get(name) ?? die(`pvefleet-lab: '${name}' is not modelled`);
  const read = readArguments(argv, { ...method.parameters, ...FORMAT }, [], Object.keys(values), (line) =>
    session.warn(`${line}\n`),
  );
  const parameters: Record<string, string> = {};
  const format: Record<string, string> = {};
  for (const [option, text] of Object.entries(read.parameters))
    (option in FORMAT && !(option in method.parameters) ? format : parameters)[option] = localeText(
      text,
      session.input.env,
    );
  Object.assign(parameters, values);
  verifyParameters(format, FORMAT);
  verifyParameters(parameters, method.parameters);
  const onNode = proxied(session, values['node']);
  const { node: _node, ...own } = parameters;
  const passed = values['node'] === undefined ? parameters : own;
  printResult(session, name, await method.run(onNode, passed), format);
}

/** The session on the node that a path names: what the work there prints stays there. Throws Failure for a node that is none, or not there. */
function proxied(session: Session, node = session.machine.name): Session {
  if (node === session.machine.name || node === 'localhost') return session;
  const machine = session.machine.cluster.machines.get(node);
  if (machine === undefined) {
    die(
      `hostname lookup '${node}' failed - failed to get address info for: ${node}: Temporary failure in name resolution`,
    );
  }
  // SSH lets nobody in where the keys are not there.
  if (isStopped(machine.files, 'pve-cluster')) {
    const ip = machine.cluster.members.find(({ name }) => name === node)?.ip ?? node;
    die(`proxy handler failed: root@${ip}: Permission denied (publickey,password).`);
  }
  return { ...session, machine, print: () => undefined, warn: () => undefined };
}
