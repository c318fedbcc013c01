import { foldNodeSet } from '../inventory/node-set.ts';
import { displayWidth } from '../text/columns.ts';
import type { LiveState } from './live-state.ts';
import { oneLine } from './printable.ts';

/** What most steps wait for comes first, with who has it. */
export function waitingLine(state: LiveState, room: number): string | undefined {
  const { waiting, running, isStopping } = state;
  if (waiting.size === 0 || isStopping) return undefined;
  const locks = new Map<string, WantedLock>();
  const turns = { steps: 0, nodes: new Set<string>() };
  for (const { locks: held, cluster, node } of waiting.values()) {
    const [first] = held;
    if (first === undefined) {
      turns.steps++;
      turns.nodes.add(`${cluster}/${node}`);
      continue;
    }
    const { name, heldBy } = first;
    locks.set(name, { name, heldBy, count: (locks.get(name)?.count ?? 0) + 1 });
  }
  const atWork = new Set([...running.values()].map(({ step }) => step.address));
  const parts = [...alike(locks.values())].flatMap((group) => lockParts(group, atWork));
  if (turns.steps > 0)
    parts.push({
      count: turns.steps,
      text: `${turns.steps} for their turn on ${turns.nodes.size} ${turns.nodes.size === 1 ? 'node' : 'nodes'}`,
      note: '',
    });
  const most = parts.toSorted((a, b) => b.count - a.count);
  return fitted('waiting: ', most, room);
}

interface WantedLock {
  readonly name: string;
  readonly heldBy: string;
  /** Steps that wait for it. */
  readonly count: number;
}

/** Locks whose names differ in numbers only: those of a storage on all nodes. */
function alike(locks: Iterable<WantedLock>): Iterable<readonly WantedLock[]> {
  const groups = new Map<string, WantedLock[]>();
  for (const lock of locks) {
    const shape = lock.name.replaceAll(/\d+/gu, '#');
    const group = groups.get(shape) ?? [];
    group.push(lock);
    groups.set(shape, group);
  }
  return groups.values();
}

/** More locks than these that are alike are told together. */
const MANY_ALIKE = 3;

function lockParts(locks: readonly WantedLock[], atWork: ReadonlySet<string>): readonly Part[] {
  if (locks.length > MANY_ALIKE) {
    const count = locks.reduce((sum, lock) => sum + lock.count, 0);
    return [{ count, text: `${count} for ${oneLine(foldNodeSet(locks.map(({ name }) => name)))}`, note: '' }];
  }
  return locks.map(({ name, heldBy, count }) => ({
    count,
    text: `${count} for ${oneLine(name)}`,
    // Others may have taken it since it was told.
    note: atWork.has(heldBy) ? ` (held by ${oneLine(heldBy)})` : '',
  }));
}

interface Part {
  readonly count: number;
  readonly text: string;
  /** What is added where there is room for it. */
  readonly note: string;
}

/** Of more parts than these the rest is counted together. */
const MOST_PARTS = 8;

/** As many of the parts as there is room for, and how many steps are left out. */
function fitted(head: string, parts: readonly Part[], room: number): string {
  const line = (texts: readonly string[]): string => head + texts.join(', ');
  const texts = parts.map(({ text }) => text);
  const total = (of: readonly Part[]): number => of.reduce((sum, { count }) => sum + count, 0);
  const some = Array.from({ length: Math.min(MOST_PARTS, parts.length - 1) }, (_, index) => index + 1);
  const candidates = [
    line(parts.map(({ text, note }) => text + note)),
    line(texts),
    ...some
      .toReversed()
      .map((kept) => line([...texts.slice(0, kept), `${total(parts.slice(kept))} for others`])),
  ];
  return candidates.find((each) => displayWidth(each) <= room) ?? `${head}${total(parts)} steps`;
}
