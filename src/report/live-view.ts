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
function waitingLine({ waiting, running }: LiveState, room: number): string | undefined {
  if (waiting.size === 0) return undefined;
  const groups = new Map<string, { count: number; heldBy: string | undefined }>();
  const turns = { steps: 0, nodes: new Set<string>() };
  for (const { locks, cluster, node } of waiting.values()) {
    const [lock] = locks;
    if (lock === undefined) {
      turns.steps++;
      turns.nodes.add(`${cluster}/${node}`);
      continue;
    }
    const group = groups.get(lock.name) ?? { count: 0, heldBy: undefined };
    groups.set(lock.name, { count: group.count + 1, heldBy: lock.heldBy });
  }
  const atWork = new Set([...running.values()].map(({ step }) => step.address));
  const parts = [...groups].map(([name, { count, heldBy }]) => {
    // Others may have taken it since it was told.
    const holder = heldBy !== undefined && atWork.has(heldBy) ? ` (held by ${oneLine(heldBy)})` : '';
    return { count, text: `${count} for ${oneLine(name)}${holder}` };
  });
  if (turns.steps > 0)
    parts.push({
      count: turns.steps,
      text: `${turns.steps} for their turn on ${turns.nodes.size} ${turns.nodes.size === 1 ? 'node' : 'nodes'}`,
    });
  return fitted(
    'waiting: ',
    parts.toSorted((a, b) => b.count - a.count),
    room - indent.length,
  );
}

/** As many of the parts as there is room for, and how many are left out. */
function fitted(
  head: string,
  parts: readonly { readonly count: number; readonly text: string }[],
  room: number,
): string {
  const whole = head + parts.map(({ text }) => text).join(', ');
  if (displayWidth(whole) <= room) return whole;
  for (let kept = parts.length - 1; kept > 0; kept--) {
    const left = parts.slice(kept).reduce((sum, { count }) => sum + count, 0);
    const texts = parts.slice(0, kept).map(({ text }) => text);
    const line = `${head}${[...texts, `${left} for others`].join(', ')}`;
    if (displayWidth(line) <= room) return line;
  }
  return `${head}${parts.reduce((sum, { count }) => sum + count, 0)} steps`;
}

/** Seconds and steps after which the time that is left can be told from the time that was. */
const TELLING = { seconds: 5, steps: 10 } as const;

function progressLine(
  { planned, done, failed, running, waiting, since }: LiveState,
  now: number,
): string | undefined {
  const finished = done + failed;
  const all = Math.max(planned, finished + running.size + waiting.size);
  if (all < 2) return undefined;
  const seconds = since === undefined ? 0 : (now - since) / 1000;
  const counts = [
    planned === 0 ? `${done} done` : `${done} of ${all} steps done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${running.size} running`,
    ...(waiting.size > 0 ? [`${waiting.size} waiting`] : []),
  ].join(', ');
  const canTell = planned > 0 && finished >= TELLING.steps && seconds >= TELLING.seconds;
  const left = canTell ? `, about ${roughly((seconds / finished) * (all - finished))} left` : '';
  return `${counts}; ${wholeSeconds(seconds)}${left}`;
}

function roughly(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
