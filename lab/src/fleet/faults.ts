import type { Faults } from '../machine.ts';

/** What is broken on purpose. All but `no-quorum` are faults of one node; that one is of a cluster. A task is `qmstart` or `qmstart:100`. */
export type Fault =
  | { readonly kind: 'dead' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'no-login' }
  | { readonly kind: 'host-key' }
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'cut-at'; readonly text: string }
  | { readonly kind: 'lock'; readonly name: string }
  | { readonly kind: 'full'; readonly storage: string }
  | { readonly kind: 'offline'; readonly storage: string }
  | { readonly kind: 'no-power' }
  | { readonly kind: 'lost-in'; readonly task: string }
  | { readonly kind: 'task-fails'; readonly task: string }
  | { readonly kind: 'no-quorum' };

/** How each is written on the command line, and what it does. */
export const FAULT_HELP: readonly (readonly [form: string, effect: string])[] = [
  ['NODE=dead', 'off: connections are refused, its cluster sees it offline'],
  ['NODE=no-power', 'as dead, and all that ran there is gone: when it is back, it was started anew'],
  [
    'NODE=lost-in:TASK',
    'loses its power in the middle of a migration (TASK: qmigrate, vzmigrate, qmigrate:100)',
  ],
  ['NODE=hang', 'connections are accepted and never answered'],
  ['NODE=no-login', 'the key is refused'],
  ['NODE=host-key', 'shows another host key than known_hosts has'],
  ['NODE=latency:MS', 'milliseconds that a round trip takes'],
  ['NODE=cut:BYTES', 'each connection breaks after that many bytes from the node'],
  ['NODE=cut-at:TEXT', 'the connection breaks when a command with this text starts; the command is killed'],
  ['NODE=lock:VMID', 'another process holds the lock of that guest (or of storage/NAME)'],
  ['NODE=full:STORAGE', 'nothing can be allocated on that storage'],
  ['NODE=offline:STORAGE', 'the server of that NFS or CIFS storage does not answer'],
  [
    'NODE=task-fails:TASK',
    'such a task (qmstart, qmstart:100, vzdump) fails, and its command exits 0 with the UPID',
  ],
  ['CLUSTER=no-quorum', 'its /etc/pve is read-only'],
];

/** The faults of a running lab; they may come and go while it runs. */
export interface FaultBoard {
  /** Breaks something; the result mends it again. `target` is a node or, for `no-quorum`, a cluster. */
  readonly add: (target: string, fault: Fault) => () => void;
  readonly clear: () => void;
  /** The faults of that kind on a target, oldest first. */
  readonly of: <K extends Fault['kind']>(target: string, kind: K) => readonly Extract<Fault, { kind: K }>[];
  /** A task of that name is in its middle: which of those nodes lose their power then, lose it now. */
  readonly loseIn: (task: TaskName, nodes: readonly string[]) => void;
  /** Calls back after each change. */
  readonly watch: (changed: () => void) => void;
}

/** A task's type, and what it works on. */
export interface TaskName {
  readonly type: string;
  readonly id: string;
}

const isNamed = (task: string, { type, id }: TaskName): boolean => task === type || task === `${type}:${id}`;

export function faultBoard(): FaultBoard {
  const current = new Set<{ readonly target: string; fault: Fault }>();
  const watchers: (() => void)[] = [];
  const tell = (): void => watchers.forEach((watcher) => watcher());
  return {
    add(target, fault) {
      const row = { target, fault };
      current.add(row);
      tell();
      return () => {
        if (current.delete(row)) tell();
      };
    },
    clear() {
      current.clear();
      tell();
    },
    of: (target, kind) =>
      [...current]
        .filter((row) => row.target === target)
        .flatMap(({ fault }) => (isKind(fault, kind) ? [fault] : [])),
    loseIn(task, nodes) {
      const struck = [...current].filter(
        ({ target, fault }) =>
          nodes.includes(target) && fault.kind === 'lost-in' && isNamed(fault.task, task),
      );
      for (const row of struck) row.fault = { kind: 'no-power' };
      if (struck.length > 0) tell();
    },
    watch: (changed) => void watchers.push(changed),
  };
}

function isKind<K extends Fault['kind']>(fault: Fault, kind: K): fault is Extract<Fault, { kind: K }> {
  return fault.kind === kind;
}

/** Whether a node is off, however that came. */
export function isOff(board: FaultBoard, node: string): boolean {
  return board.of(node, 'dead').length > 0 || board.of(node, 'no-power').length > 0;
}

/** What a node's PVE commands see of the board; `members` are the nodes of its cluster. */
export function commandFaults(board: FaultBoard, node: string, members: readonly string[]): Faults {
  return {
    lockHeld: (name) => board.of(node, 'lock').some((fault) => fault.name === name),
    storageFull: (storage) => board.of(node, 'full').some((fault) => fault.storage === storage),
    taskFails: (type, id) => board.of(node, 'task-fails').some(({ task }) => isNamed(task, { type, id })),
    inMiddleOf: (type, id) => board.loseIn({ type, id }, members),
    storageOffline: (storage) => board.of(node, 'offline').some((fault) => fault.storage === storage),
  };
}

/** Reads `TARGET=FAULT`; undefined if it is no fault of that list. */
export function parseFault(text: string): { readonly target: string; readonly fault: Fault } | undefined {
  const [, target, kind, value] = /^([^=]+)=([a-z-]+)(?::(.+))?$/s.exec(text) ?? [];
  const fault = target === undefined ? undefined : toFault(kind, value);
  return target === undefined || fault === undefined ? undefined : { target, fault };
}

function toFault(kind: string | undefined, value: string | undefined): Fault | undefined {
  switch (kind) {
    case 'dead':
    case 'hang':
    case 'no-login':
    case 'host-key':
    case 'no-power':
    case 'no-quorum':
      return value === undefined ? { kind } : undefined;
    case 'latency':
      return isCount(value) ? { kind, milliseconds: Number(value) } : undefined;
    case 'cut':
      return isCount(value) ? { kind, bytes: Number(value) } : undefined;
    case 'cut-at':
      return value === undefined ? undefined : { kind, text: value };
    case 'lock':
      return value === undefined ? undefined : { kind, name: value };
    case 'full':
    case 'offline':
      return value === undefined ? undefined : { kind, storage: value };
    case 'lost-in':
    case 'task-fails':
      return value === undefined ? undefined : { kind, task: value };
    case undefined:
    default:
      return undefined;
  }
}

function isCount(value: string | undefined): value is string {
  return value !== undefined && /^\d+$/.test(value);
}
