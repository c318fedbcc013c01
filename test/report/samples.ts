import { address } from '../../src/address.ts';
import type { Event } from '../../src/apply/event.ts';
import type { Diagnostic } from '../../src/diagnostic.ts';
import type { Act, Change, Plan, Step } from '../../src/plan/plan.ts';

/** Plans and events as a run over the lab gives them. */

const at = (line: number) => ({ file: 'playbooks/site.yml', line, column: 7 });

function step(id: string, node: string, act: Act): Step {
  return { id, node, act, guards: [], locks: [], effects: [], undo: [], detached: false, timeoutSeconds: 60 };
}

const config101 = '/etc/pve/nodes/pve1/qemu-server/101.conf';

export const create: Change = {
  id: '1',
  address: address('vm', 101, 'lab'),
  title: 'web-101',
  action: 'create',
  node: 'pve1',
  declaredAt: at(12),
  declaredBy: ['pve1'],
  differences: [
    { property: 'name', after: 'web-101', effect: 'now' },
    { property: 'memory', after: '2048', effect: 'now' },
    { property: 'description', after: 'grüße\nzwei', effect: 'now' },
    { property: 'scsi0', after: { storage: 'local-lvm', size: '20G', discard: 'on' }, effect: 'now' },
    { property: 'net0', after: { model: 'virtio', bridge: 'vmbr0' }, effect: 'now' },
    { property: 'state', after: 'running', effect: 'now' },
  ],
  risks: [],
  digests: {},
  after: [],
  steps: [
    step('1/1', 'pve1', {
      run: 'call',
      call: {
        method: 'POST',
        path: '/nodes/pve1/qemu',
        params: {
          vmid: '101',
          name: 'web-101',
          memory: '2048',
          description: 'grüße\nzwei',
          scsi0: 'local-lvm:20,discard=on',
          net0: 'virtio,bridge=vmbr0',
        },
      },
    }),
    step('1/2', 'pve1', {
      run: 'call',
      call: { method: 'POST', path: '/nodes/pve1/qemu/101/status/start', params: {} },
    }),
  ],
};

export const update: Change = {
  id: '2',
  address: address('vm', 102, 'lab'),
  title: 'web-102',
  action: 'update',
  node: 'pve2',
  declaredAt: at(12),
  declaredBy: ['pve1'],
  differences: [
    { property: 'cores', before: '2', after: '4', effect: 'restart' },
    { property: 'onboot', after: '1', effect: 'now' },
    {
      property: 'net0',
      before: { model: 'virtio', macaddr: 'BC:24:11:00:00:01', bridge: 'vmbr0', tag: '5' },
      after: { model: 'virtio', macaddr: 'BC:24:11:00:00:01', bridge: 'vmbr1', firewall: '1' },
      effect: 'now',
    },
    {
      property: 'description',
      before: 'first line\nold\nlast line',
      after: 'first line\nnew\nlast line',
      effect: 'now',
    },
    { property: 'tags', before: 'web', effect: 'now' },
  ],
  risks: ['the network of a running guest is cut for a moment'],
  digests: { [config101]: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' },
  after: [],
  steps: [
    step('2/1', 'pve2', {
      run: 'call',
      call: {
        method: 'PUT',
        path: '/nodes/pve2/qemu/102/config',
        params: {
          cores: '4',
          onboot: '1',
          net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr1,firewall=1',
          delete: 'tags',
          digest: { digest: config101 },
        },
      },
    }),
  ],
};

export const remove: Change = {
  id: '3',
  address: address('container', 200, 'lab'),
  title: '200',
  action: 'delete',
  node: 'pve3',
  declaredBy: ['documents/web.json'],
  differences: [{ property: 'state', before: 'stopped', after: 'absent', effect: 'now' }],
  risks: ['destroys 1 disk: local-lvm:vm-200-disk-0'],
  digests: {},
  after: [],
  steps: [step('3/1', 'pve3', { run: 'exec', argv: ['pct', 'destroy', '200'] })],
};

export const plan: Plan = { cluster: 'lab', changes: [create, update, remove] };

export const startFailed: Diagnostic = {
  code: 'vm/not-started',
  severity: 'error',
  trouble: 'failed',
  message: 'Cannot start vm/101@lab: "qm start" exited with 255; running is wanted',
  host: 'pve1',
  hint: 'look at it there: ssh pve1 qm showcmd 101',
};

export const unreachable: Diagnostic = {
  code: 'ssh/timeout',
  severity: 'error',
  trouble: 'unreachable',
  message: 'Cannot connect to pve3: no answer from 192.0.2.3:22 in 10 s; an SSH server is wanted',
  host: 'pve3',
  hint: 'try: ssh -p 22 root@192.0.2.3',
};

const time = '2026-01-02T03:04:05.000Z';
const createCommand =
  "qm create 101 --name web-101 --memory 2048 --description 'grüße\nzwei' --scsi0 local-lvm:20,discard=on --net0 virtio,bridge=vmbr0";
const setCommand = 'qm set 102 --cores 4 --onboot 1';

function started(id: string, node: string, name: string, command: string): Event {
  return { type: 'step-started', at: time, cluster: 'lab', step: id, address: name, node, command };
}

type Finished = Extract<Event, { type: 'step-finished' }>;

function finished(id: string, node: string, name: string, command: string, more: Partial<Finished>): Event {
  const rest = { outcome: 'done', exit: 0, seconds: 0.34, stdout: '', stderr: '', diagnostics: [] } as const;
  return {
    type: 'step-finished',
    at: time,
    cluster: 'lab',
    step: id,
    address: name,
    node,
    command,
    ...rest,
    ...more,
  };
}

/** A run in which one start fails. */
export const failingRun: readonly Event[] = [
  { type: 'run-started', run: 'r1', at: time, argv: ['run', 'playbooks/site.yml'], user: 'admin' },
  {
    type: 'surveyed',
    clusters: [
      { name: 'lab', nodes: ['pve1', 'pve2', 'pve3'] },
      { name: 'alone', nodes: ['alone'] },
    ],
    unreachable: [unreachable],
    seconds: 0.42,
  },
  { type: 'play-started', name: 'Web servers', hosts: ['pve1', 'pve2'], at: at(1) },
  { type: 'task-started', name: 'Say which template is used', at: at(8) },
  { type: 'task-finished', host: 'pve1', outcome: 'ok', message: 'debian-12', diagnostics: [] },
  { type: 'task-finished', host: 'pve2', outcome: 'ok', message: 'debian-12', diagnostics: [] },
  { type: 'task-started', name: 'Web VMs are there', at: at(12) },
  { type: 'planned', plans: [{ cluster: 'lab', changes: [create, update] }], check: false },
  started('1/1', 'pve1', 'vm/101@lab', createCommand),
  started('2/1', 'pve2', 'vm/102@lab', setCommand),
  finished('2/1', 'pve2', 'vm/102@lab', setCommand, { seconds: 1.24 }),
  {
    type: 'change-finished',
    cluster: 'lab',
    change: '2',
    address: 'vm/102@lab',
    title: 'web-102',
    outcome: 'changed',
    diagnostics: [],
  },
  finished('1/1', 'pve1', 'vm/101@lab', createCommand, {}),
  started('1/2', 'pve1', 'vm/101@lab', 'qm start 101'),
  finished('1/2', 'pve1', 'vm/101@lab', 'qm start 101', {
    outcome: 'failed',
    exit: 255,
    seconds: 75,
    stderr: 'start failed: QEMU exited with code 1\nkvm: no such device\u001b[31m\n',
    diagnostics: [startFailed],
  }),
  finished('1/3', 'pve1', 'vm/101@lab', 'qm set 101 --onboot 1', {
    outcome: 'not-run',
    exit: null,
    seconds: 0,
  }),
  {
    type: 'change-finished',
    cluster: 'lab',
    change: '1',
    address: 'vm/101@lab',
    title: 'web-101',
    outcome: 'failed',
    diagnostics: [startFailed],
  },
  { type: 'task-finished', host: 'pve1', outcome: 'failed', item: '101', diagnostics: [startFailed] },
  { type: 'task-finished', host: 'pve2', outcome: 'changed', item: '102', diagnostics: [] },
  { type: 'task-started', name: 'Kernel', at: at(30) },
  {
    type: 'task-finished',
    host: 'pve2',
    outcome: 'changed',
    stdout: 'Linux\n6.14.8-2-pve\n',
    diagnostics: [],
  },
  {
    type: 'recap',
    hosts: {
      pve1: { ok: 1, changed: 0, unreachable: 0, failed: 1, skipped: 0 },
      pve2: { ok: 1, changed: 12, unreachable: 0, failed: 0, skipped: 0 },
      'pve3.example.com': { ok: 0, changed: 0, unreachable: 1, failed: 0, skipped: 0 },
    },
    commands: 3,
    seconds: 77.2,
    interrupted: false,
  },
  { type: 'run-finished', at: time, exit: 3 },
];

/** The same playbook on a fleet that is as declared. */
export const quietRun: readonly Event[] = [
  { type: 'surveyed', clusters: [{ name: 'lab', nodes: ['pve1', 'pve2'] }], unreachable: [], seconds: 0.2 },
  { type: 'play-started', name: 'Web servers', hosts: ['pve1', 'pve2'] },
  { type: 'task-started', name: 'Web VMs are there' },
  { type: 'planned', plans: [], check: false },
  { type: 'task-finished', host: 'pve1', outcome: 'ok', diagnostics: [] },
  { type: 'task-finished', host: 'pve2', outcome: 'ok', diagnostics: [] },
  {
    type: 'recap',
    hosts: {
      pve1: { ok: 1, changed: 0, unreachable: 0, failed: 0, skipped: 0 },
      pve2: { ok: 1, changed: 0, unreachable: 0, failed: 0, skipped: 0 },
    },
    commands: 0,
    seconds: 0.3,
    interrupted: false,
  },
  { type: 'run-finished', at: time, exit: 0 },
];
