import type { Change, Plan } from './plan.ts';

/** How many nodes are changed at a time, batch after batch; the last is repeated. Ansible's word. */
export type Serial = readonly [BatchSize, ...BatchSize[]];
export type BatchSize = { readonly nodes: number } | { readonly percent: number };

/** Reads "1,10%,100%"; undefined when it is something else. */
export function parseSerial(text: string): Serial | undefined {
  const sizes = text.split(',').map((word): BatchSize | undefined => {
    const { number, percent } = /^(?<number>[1-9]\d{0,8})(?<percent>%?)$/u.exec(word.trim())?.groups ?? {};
    if (number === undefined) return undefined;
    if (percent === '') return { nodes: Number(number) };
    return Number(number) <= 100 ? { percent: Number(number) } : undefined;
  });
  const [first, ...rest] = sizes.flatMap((size) => size ?? []);
  return first === undefined || rest.length + 1 < sizes.length ? undefined : [first, ...rest];
}

export function formatSerial(serial: Serial): string {
  return serial.map((size) => ('nodes' in size ? String(size.nodes) : `${size.percent}%`)).join(', ');
}

/** The part of the plans whose turn it is together, and the nodes that it changes ("lab/pve1"). */
export interface SerialBatch {
  readonly nodes: readonly string[];
  readonly plans: readonly Plan[];
}

/**
 * The plans in batches by node, nodes in the order in which the plans come to them. A change that must follow one of a
 * later batch waits for that one's turn.
 */
export function inBatches(plans: readonly Plan[], serial: Serial | undefined): readonly SerialBatch[] {
  const nodes = [...new Set(plans.flatMap((plan) => plan.changes.map((change) => nodeOf(plan, change))))];
  if (serial === undefined) return nodes.length === 0 ? [] : [{ nodes, plans }];
  const turnOfNode = new Map<string, number>();
  for (let turn = 0, begun = 0; begun < nodes.length; turn++) {
    const size = sizeOf(serial[Math.min(turn, serial.length - 1)] ?? serial[0], nodes.length);
    for (const node of nodes.slice(begun, begun + size)) turnOfNode.set(node, turn);
    begun += size;
  }
  const turns = new Map(plans.map((plan) => [plan, turnsOf(plan, turnOfNode)]));
  const count = Math.max(0, ...[...turnOfNode.values()].map((turn) => turn + 1));
  return Array.from({ length: count }, (_, turn) => ({
    nodes: nodes.filter((node) => turnOfNode.get(node) === turn),
    plans: plans.flatMap((plan) => {
      const changes = plan.changes.filter(({ id }) => turns.get(plan)?.get(id) === turn);
      return changes.length === 0 ? [] : [{ ...plan, changes }];
    }),
  }));
}

/** The changes are in order: what one must follow has its turn already. */
function turnsOf(plan: Plan, turnOfNode: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const turns = new Map<string, number>();
  for (const change of plan.changes) {
    const own = turnOfNode.get(nodeOf(plan, change)) ?? 0;
    turns.set(change.id, Math.max(own, ...change.after.map((id) => turns.get(id) ?? 0)));
  }
  return turns;
}

function nodeOf({ cluster }: Plan, { node }: Change): string {
  return `${cluster}/${node}`;
}

function sizeOf(size: BatchSize, all: number): number {
  return 'nodes' in size ? size.nodes : Math.max(1, Math.floor((all * size.percent) / 100));
}
