import type { ReportEvent } from '../../src/apply/event.ts';
import { create, startFailed, unreachable } from './samples.ts';

type Of<Type extends ReportEvent['type']> = Extract<ReportEvent, { type: Type }>;

/** Each event: when it is told, what of it is not plain, and an example. The compiler holds it to the types. */
type Examples = {
  readonly [Type in ReportEvent['type']]: {
    readonly when: string;
    readonly keys?: Readonly<Partial<Record<keyof Of<Type> & string, string>>>;
    readonly event: Of<Type>;
  };
};

const at = '2026-01-02T03:04:05.678Z';
const declaredAt = { file: 'web.json', line: 8, column: 9 };
const path = '/etc/pve/nodes/pve1/qemu-server/101.conf';
const digests = { [path]: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' };
const step = {
  cluster: 'lab',
  step: '1/2',
  address: 'vm/101@lab',
  node: 'pve1',
  command: 'qm start 101',
  declaredAt,
} as const;

/** In the order in which a run tells them. */
export const eventExamples: Examples = {
  'run-started': {
    when: 'First.',
    keys: { run: 'its id, for `pvefleet show`', argv: 'the command line, values of `-e` left out' },
    event: {
      type: 'run-started',
      run: '20260102t030405678-ab12',
      at,
      argv: ['apply', 'web.json'],
      user: 'alice',
    },
  },
  surveyed: {
    when: 'The nodes were read.',
    keys: {
      clusters: "each cluster or lone node, with its nodes by PVE's names",
      unreachable: 'why hosts gave no answer',
    },
    event: {
      type: 'surveyed',
      clusters: [{ name: 'lab', nodes: ['pve1', 'pve2'] }],
      unreachable: [unreachable],
      seconds: 0.42,
    },
  },
  'play-started': {
    when: '`run`: a play begins.',
    event: {
      type: 'play-started',
      name: 'Web servers',
      hosts: ['pve1', 'pve2'],
      at: { ...declaredAt, file: 'site.yml' },
    },
  },
  'task-started': {
    when: '`run`: a task begins, on all its hosts at once.',
    event: { type: 'task-started', name: 'Web VMs are there', at: { ...declaredAt, file: 'site.yml' } },
  },
  planned: {
    when: 'What is to be changed: of an apply once, in a playbook for each task of a resource.',
    keys: {
      plans: 'a plan a cluster: its changes with their differences and steps',
      check: 'nothing of it will be done',
    },
    event: {
      type: 'planned',
      plans: [
        { cluster: 'lab', changes: [{ ...create, differences: create.differences.slice(0, 1), steps: [] }] },
      ],
      check: false,
    },
  },
  approved: {
    when: 'The plans may be carried out: somebody said yes. In the journal only.',
    keys: { brakes: 'what holds the run back' },
    event: { type: 'approved', brakes: { maxRestarts: 10, pauseSeconds: 0 } },
  },
  'files-kept': {
    when: 'The files that a plan is about, before its first step and after its last one: `docs/rollback.md`. In the journal only.',
    keys: { when: '`before` or `after`', files: 'path → text, secrets blanked; null: not there' },
    event: {
      type: 'files-kept',
      when: 'before',
      cluster: 'lab',
      files: { [path]: 'cores: 2\nname: web-101\n' },
    },
  },
  'batch-started': {
    when: 'With `--serial`: the turn of these nodes.',
    event: { type: 'batch-started', batch: 1, of: 3, nodes: ['lab/pve1'] },
  },
  'step-waiting': {
    when: 'A step whose turn has come cannot start yet. Told again when it waits for other locks than before. Not in the journal.',
    keys: {
      locks:
        'which of its locks others hold, and which change has each; `[]`: it waits for its turn on the node, where as many steps run as may',
    },
    event: {
      type: 'step-waiting',
      cluster: 'lab',
      step: '2/1',
      address: 'vm/102@lab',
      node: 'pve1',
      locks: [{ name: 'storage/local-lvm@lab/pve1', heldBy: 'vm/101@lab' }],
    },
  },
  'step-started': {
    when: 'A command is about to be sent to a node; this is on disk before it is.',
    keys: {
      step: 'change and step, unique in its plan; commands of a playbook have the id task/node/turn',
      digests: 'SHA-1 of the files that it is to change, before it',
      unit: 'its name on the node, by which `resume` finds it again',
      boot: "the node's boot id, if it is known",
    },
    event: { type: 'step-started', at, ...step, digests, unit: '20260102t030405678-ab12-1-2' },
  },
  'step-progress': {
    when: "How far a long command is, by a line of its own output (PVE's task log): disks that are copied, backups, restores, migrations. About once a second at most. Not in the journal.",
    keys: { percent: '0 to 100; not there where the line has none', text: 'the line, without time' },
    event: {
      type: 'step-progress',
      cluster: 'lab',
      step: '3/1',
      address: 'vm/103@lab',
      node: 'pve2',
      percent: 45,
      text: 'transferred 14.4 GiB of 32.0 GiB (45.00%)',
    },
  },
  'task-waiting': {
    when: '`run`: what tasks wait for on hosts, beside steps: a node that restarts, a gate, a pause, the next try of `until`, an answer. All of it, once it lasts a second and when it is another (new waits twice a second at most), and once a minute. Not in the journal.',
    keys: {
      waits:
        'of each host the `task`, `what` is still missing in words, `seconds` so far and the `limit`, if there is one; `[]`: nobody waits any more',
    },
    event: {
      type: 'task-waiting',
      waits: [
        {
          host: 'pve1',
          task: 'Restart',
          what: 'pve1 does not answer',
          seconds: 42,
          limit: 600,
        },
      ],
    },
  },
  'step-finished': {
    when: 'It has ended, and what it touched was read again. A step that was not run has this event alone.',
    keys: {
      outcome: '`done`, `failed`, `not-run`',
      inDoubt: 'its node was lost in the middle: nobody knows how it ends',
      exit: "the command's own code, data only; `null`: there is none",
      digests: 'SHA-1 of the files that it touched, as read again; `null`: not there any more',
    },
    event: {
      type: 'step-finished',
      at,
      ...step,
      digests,
      outcome: 'failed',
      exit: 255,
      seconds: 1.24,
      stdout: '',
      stderr: 'start failed: QEMU exited with code 1\n',
      diagnostics: [startFailed],
    },
  },
  'change-finished': {
    when: 'All steps of a change have ended.',
    keys: {
      change: "its id in the plan; a step's id begins with it",
      outcome:
        '`changed`, `failed`, `left`: it was begun, and not finished, as the run was interrupted or halted; `skipped`: none of its steps was run',
      diagnostics: 'those of its steps together',
    },
    event: {
      type: 'change-finished',
      cluster: 'lab',
      change: '1',
      address: 'vm/101@lab',
      title: 'web-101',
      outcome: 'failed',
      diagnostics: [startFailed],
    },
  },
  'task-finished': {
    when: '`run`: how a task ended on a host, with a loop how one turn of it did.',
    keys: {
      outcome: '`ok`, `changed`, `skipped`, `failed`, `unreachable`, `left`: begun, and not finished',
      rescued: 'it failed, and a `rescue` takes care of that',
      item: 'of a loop',
    },
    event: {
      type: 'task-finished',
      host: 'pve1',
      outcome: 'changed',
      item: 'web',
      stdout: 'Linux\n',
      diagnostics: [],
    },
  },
  stopping: {
    when: 'The run was interrupted; these steps are waited for.',
    event: { type: 'stopping', steps: [{ node: 'pve1', step: '1/2', command: 'qm start 101' }] },
  },
  left: {
    when: 'It was interrupted again; these steps are left to themselves, and have no end in the journal.',
    event: { type: 'left', steps: [{ node: 'pve1', step: '1/2', command: 'qm start 101' }] },
  },
  diagnostic: {
    when: 'Something to know that belongs to no step, change or task: a warning of the plan, a refusal, why the run stopped.',
    event: { type: 'diagnostic', diagnostic: startFailed },
  },
  recap: {
    when: 'How many changes (of a playbook: tasks) ended how on each host.',
    keys: {
      hosts: 'with `left`, `rescued` and `ignored` where there are any',
      commands: 'that were run on nodes',
      interrupted: 'by Ctrl-C, or because the journal could not be written',
    },
    event: {
      type: 'recap',
      hosts: { pve1: { ok: 0, changed: 1, failed: 1, skipped: 0, unreachable: 0 } },
      commands: 3,
      seconds: 77.2,
      interrupted: false,
    },
  },
  'run-finished': {
    when: 'Last. `apply` has its `result` after it: `docs/drift.md`.',
    keys: { exit: 'the exit code' },
    event: { type: 'run-finished', at, exit: 3 },
  },
};
