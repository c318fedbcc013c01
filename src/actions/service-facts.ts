import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { ActionContext } from './action.ts';
import type { Facts, HostRead } from './host/facts.ts';
import { tableAction } from './host/table-action.ts';
import { failed } from './host/task-failed.ts';

const SCRIPTS = ['service', '--status-all'];
const UNITS = ['systemctl', 'list-units', '--no-pager', '--type', 'service', '--all'];
const FILES = ['systemctl', 'list-unit-files', '--no-pager', '--type', 'service', '--all'];

const READS: readonly HostRead[] = [SCRIPTS, UNITS, FILES].map((argv) => ({
  read: 'output',
  argv,
  timeoutSeconds: 60,
}));

interface Service {
  readonly name: string;
  readonly state: string;
  readonly status?: string;
  readonly source: 'systemd' | 'sysv';
}

/** Which services there are and how they are, as Ansible's module has it: ansible_facts.services, by their names. */
export const serviceFacts = tableAction({
  name: 'service_facts',
  help: 'Puts the services of the node into `ansible_facts.services`, by their names (`ssh.service`), with state, status and source.',
  parameters: {},
  notYet: [],
  changes: false,
  foresee: () => READS,
  async run(_, context) {
    const facts = await context.look(READS, 'known');
    if (!facts.ok) return failed(...facts.diagnostics);
    const units = unitsOf(linesOf(facts.value, UNITS));
    const files = filesOf(linesOf(facts.value, FILES));
    const states = await statesOf(
      [...files.keys()].filter((name) => !units.has(name)),
      context,
    );
    if (!states.ok) return failed(...states.diagnostics);
    const services = Object.fromEntries([
      ...scriptsOf(facts.value.output(SCRIPTS).text),
      ...withFiles(units, files, states.value),
    ]);
    if (Object.keys(services).length === 0) {
      const msg =
        'Failed to find any services. This can be due to privileges or some other configuration issue.';
      return { outcome: 'skipped', message: msg, result: { msg }, diagnostics: [] };
    }
    const gathered = { services };
    return { outcome: 'ok', gathered, result: { ansible_facts: gathered }, diagnostics: [] };
  },
});

function linesOf(facts: Facts, argv: readonly string[]): readonly string[] {
  const { exit, text } = facts.output(argv);
  return exit === 0 ? text.split('\n').filter((line) => line.includes('.service')) : [];
}

/** Scripts of System V: what `service` says that runs, and what not. */
const scriptsOf = (text: string): readonly (readonly [string, Service])[] =>
  [...text.matchAll(/^\s*\[ ([+-]) \]\s+(.+)$/gmu)].map(([, sign, name = '']) => [
    name,
    { name, state: sign === '+' ? 'running' : 'stopped', source: 'sysv' },
  ]);

const BAD_STATES = ['not-found', 'masked', 'failed'];

/** Units that systemd has loaded; a mark may stand before those with a trouble. */
function unitsOf(lines: readonly string[]): ReadonlyMap<string, Service> {
  const services = lines.map((line): Service => {
    const [name = '', load = '', active = '', sub = ''] = line.replace(/^[^\w.@-]+/u, '').split(/\s+/u);
    const status = [load, active].find((word) => BAD_STATES.includes(word)) ?? active;
    return { name, state: sub === 'running' ? 'running' : 'stopped', status, source: 'systemd' };
  });
  return new Map(services.map((service) => [service.name, service]));
}

/** "enabled", "static", … by the names of units. */
const filesOf = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.map((line) => {
      const [name = '', status = ''] = line.trim().split(/\s+/u);
      return [name, status];
    }),
  );

function withFiles(
  units: ReadonlyMap<string, Service>,
  files: ReadonlyMap<string, string>,
  states: ReadonlyMap<string, string>,
): ReadonlyMap<string, Service> {
  const all = new Map(units);
  for (const [name, status] of files) {
    const unit = units.get(name);
    const state = unit?.state ?? states.get(name) ?? 'unknown';
    if (unit === undefined || !BAD_STATES.includes(unit.status ?? ''))
      all.set(name, { name, state, status, source: 'systemd' });
  }
  return all;
}

/** How units are that are not loaded. A template ("x@.service") is in no state. */
async function statesOf(
  names: readonly string[],
  context: ActionContext,
): Promise<Result<ReadonlyMap<string, string>>> {
  const asked = names.filter((name) => !name.includes('@.'));
  if (asked.length === 0) return ok(new Map());
  const stdin = asked.map((name) => `${name}\0`).join('');
  const answer = await context.read('xargs -0 -r systemctl show -p ActiveState --', { stdin });
  if (!answer.ok) return answer;
  const states = [...answer.value.stdout.toString().matchAll(/^ActiveState=(.*)$/gmu)].map(
    ([, state = '']) => state,
  );
  return ok(new Map(asked.flatMap((name, index) => [[name, states[index] ?? 'unknown'] as const])));
}
