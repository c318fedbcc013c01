import { foldNodeSet } from '../inventory/node-set.ts';
import { columns, cut, displayWidth } from '../text/columns.ts';
import type { LiveState, RunningStep } from './live-state.ts';
import type { Paint } from './paint.ts';
import { oneLine, wholeSeconds } from './printable.ts';
import { shownCommand } from './step-lines.ts';

/** A terminal's size, in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** As much of a terminal as the view takes: what scrolls by above it is to be read too. */
const MOST_LINES = 16;
const NARROW = 60;
const indent = '    ';

/**
 * What runs, the longest running first, what waits for what, and how far the batch is: so many lines and so wide that
 * they fit into a terminal of that size, however much runs. None when nothing does.
 */
export function liveView(
  state: LiveState,
  now: number,
  { columns: width, rows }: Size,
  paint: Paint,
): readonly string[] {
  if (state.running.size + state.waiting.size === 0) return [];
  const room = width - 1;
  const most = Math.min(MOST_LINES, rows - 1, Math.max(3, Math.floor(rows / 2)));
  if (most < 1) return [];
  const end = [waitingLine(state, room), progressLine(state, now)]
    .flatMap((line) => line ?? [])
    .map((line) => paint('dim', cut(indent + line, room)));
  const kept = Math.max(0, most - end.length);
  const running = [...state.running.values()];
  const shown = running.length <= kept ? running : running.slice(0, Math.max(0, kept - 1));
  return [
    ...runningLines(shown, now, room).map((line) => paint('cyan', line)),
    ...moreLine(running.slice(shown.length)).map((line) => paint('dim', cut(indent + line, room))),
    ...end,
  ].slice(-most);
}

function runningLines(running: readonly RunningStep[], now: number, room: number): readonly string[] {
  const elapsed = running.map(({ since }) => wholeSeconds((now - since) / 1000));
  const percents = running.map(({ progress }) =>
    progress?.percent === undefined ? '' : `${Math.floor(progress.percent)}%`,
  );
  const rows = running.map(({ step, progress }, index) => [
    oneLine(step.node),
    ...(room < NARROW || running.every((each) => isNode(each)) ? [] : [oneLine(step.address)]),
    padStart(elapsed[index] ?? '', elapsed),
    ...(percents.every((text) => text === '') ? [] : [padStart(percents[index] ?? '', percents)]),
    progress === undefined
      ? shownCommand(step.command)
      : `${firstWords(step.command)}: ${shownText(progress)}`,
  ]);
  return columns(rows, room - indent.length).map((row) => cut(indent + row, room));
}

/** A command on the node itself: its name is there already. */
function isNode({ step }: RunningStep): boolean {
  return step.address.startsWith('node/');
}

function firstWords(command: string): string {
  return shownCommand(command).split(' ').slice(0, 3).join(' ');
}

/** Its percents have a column of their own. */
function shownText({ text }: { readonly text: string }): string {
  return oneLine(text.replace(/ \([\d.]+%\)/u, ''));
}

function padStart(text: string, all: readonly string[]): string {
  return text.padStart(Math.max(...all.map(displayWidth)));
}

function moreLine(hidden: readonly RunningStep[]): readonly string[] {
  if (hidden.length === 0) return [];
  const nodes = new Set(hidden.map(({ step }) => `${step.cluster}/${step.node}`)).size;
  return [`… and ${hidden.length} more on ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`];
}

/** What most steps wait for comes first, with who has it. */
function waitingLine(state: LiveState, room: number): string | undefined {
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
  return fitted('waiting: ', most, room - indent.length);
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

/** Seconds and steps after which the time that is left can be told from the time that was. */
const TELLING = { seconds: 5, steps: 10 } as const;

function progressLine(state: LiveState, now: number): string | undefined {
  const { planned, done, failed, running, waiting, since, isStopping } = state;
  const finished = done + failed;
  const all = Math.max(planned, finished + running.size + waiting.size);
  if (all < 2) return undefined;
  const seconds = since === undefined ? 0 : (now - since) / 1000;
  const counts = [
    planned === 0 ? `${done} done` : `${done} of ${all} steps done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${running.size} running`,
    ...(waiting.size > 0 && !isStopping ? [`${waiting.size} waiting`] : []),
  ].join(', ');
  if (isStopping) return `${counts}; stopping when these have ended`;
  const canTell = planned > 0 && finished >= TELLING.steps && seconds >= TELLING.seconds;
  const left = canTell ? `, about ${roughly((seconds / finished) * (all - finished))} left` : '';
  return `${counts}; ${wholeSeconds(seconds)}${left}`;
}

function roughly(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
