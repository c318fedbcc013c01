import type { Event, ReportEvent } from '../../src/apply/event.ts';
import type { Result } from '../../src/diagnostic.ts';
import { ok } from '../../src/diagnostic.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import type { Playbook } from '../../src/playbook/playbook.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import { runPlaybook } from '../../src/playbook/run.ts';
import type { RunOptions } from '../../src/playbook/run-state.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';

const INVENTORY = `all:
  children:
    lab:
      hosts:
        pve1: { role: first }
        pve2: { role: "not {{ hostvars.pve1.role }}" }
        pve3:
      vars: { storage: local-lvm, greeting: "{{ inventory_hostname }} is {{ role | default('plain') }}" }
`;

export interface Ran {
  readonly exit: number;
  readonly events: readonly ReportEvent[];
  readonly journal: readonly Event[];
  /** "pve1: script" */
  readonly sent: readonly string[];
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.value;
}

/** Runs tasks, given as YAML under "tasks:" of one play for all hosts, or whole plays. */
export async function run(
  text: string,
  options: Partial<RunOptions> = {},
  answer?: (host: string) => Result<Finished>,
): Promise<Ran> {
  const plays = text.startsWith('- hosts') ? text : `- hosts: all\n  tasks:\n${text}`;
  return runLoaded(valueOf(parsePlaybook(plays, 'site.yml')), options, answer);
}

/** Runs a playbook that was read from a file. */
export async function runLoaded(
  playbook: Playbook,
  options: Partial<RunOptions> = {},
  answer?: (host: string) => Result<Finished>,
): Promise<Ran> {
  const inventory = valueOf(parseInventory(INVENTORY, 'lab.yml'));
  const events: ReportEvent[] = [];
  const journal: Event[] = [];
  const sent: string[] = [];
  const survey = options.survey ?? labSurvey();
  const exit = await runPlaybook(playbook, {
    run: 'r1',
    argv: ['run', 'site.yml'],
    user: 'me',
    inventory,
    hosts: valueOf(playHosts(playbook, inventory, inventory.nodes, options.extraVars ?? {})),
    survey,
    surveySeconds: 1,
    resurvey: () => Promise.resolve(survey),
    exec: (host, script) => {
      sent.push(`${host}: ${script}`);
      return Promise.resolve(
        answer?.(host) ?? ok({ exit: 0, stdout: Buffer.from(`I am ${host}\n`), stderr: Buffer.from('') }),
      );
    },
    execAs: (who) => (host, script) => {
      sent.push(`${host} as ${who?.user ?? 'itself'}: ${script}`);
      return Promise.resolve(ok({ exit: 0, stdout: Buffer.from('other\n'), stderr: Buffer.from('') }));
    },
    prompted: {},
    directory: '.',
    locks: {
      take: () => Promise.resolve({ refused: [], waited: false }),
      mayChange: 'true',
      signal: new AbortController().signal,
      lost: () => undefined,
      giveBack: () => Promise.resolve([]),
    },
    record: (event) => Promise.resolve(void journal.push(event)),
    report: (event) => void events.push(event),
    check: false,
    diff: false,
    readOnly: false,
    allowDestroy: false,
    rotateSecrets: false,
    ceilings: { maxRestarts: 10 },
    tags: { only: [], skip: [] },
    extraVars: {},
    signal: new AbortController().signal,
    recordTrouble: () => undefined,
    ...options,
  });
  return { exit, events, journal, sent };
}

/** "pve1 changed, pve2 ok": how the tasks ended, one line a task. */
export function results({ events }: Ran): readonly string[] {
  const lines: string[] = [];
  for (const event of events) {
    if (event.type === 'task-started') lines.push(`${event.name}:`);
    if (event.type === 'task-finished')
      lines.push(
        `${lines.pop()} ${event.host} ${event.outcome}${event.message === undefined ? '' : ` "${event.message}"`}`,
      );
  }
  return lines;
}

export const messages = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'task-finished' ? event.diagnostics.map(({ message }) => `${event.host}: ${message}`) : [],
  );

export const recap = ({ events }: Ran): unknown => events.find((event) => event.type === 'recap');

export const commands = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'planned'
      ? event.plans.flatMap(({ changes }) =>
          changes.map(({ action, title, node }) => `${action} ${title} on ${node}`),
        )
      : [],
  );
