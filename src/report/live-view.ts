import { columns, cut, displayWidth } from '../text/columns.ts';
import { hostNames } from './host-names.ts';
import type { LiveState, ShownWait } from './live-state.ts';
import type { Paint } from './paint.ts';
import { oneLine, wholeSeconds } from './printable.ts';
import { shownCommand } from './step-lines.ts';
import { waitingLine } from './waiting-line.ts';

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
 * What runs and what tasks wait for, the longest running first, which steps wait for what, and how far the batch is: so
 * many lines and so wide that they fit into a terminal of that size, however much runs. None when nothing does.
 */
export function liveView(
  state: LiveState,
  now: number,
  { columns: width, rows }: Size,
  paint: Paint,
): readonly string[] {
  if (state.running.size + state.waiting.size + state.waits.length === 0) return [];
  const room = width - 1;
  const most = Math.min(MOST_LINES, rows - 1, Math.max(3, Math.floor(rows / 2)));
  if (most < 1) return [];
  const end = [waitingLine(state, room - indent.length), progressLine(state, now)]
    .flatMap((line) => line ?? [])
    .map((line) => paint('dim', cut(indent + line, room)));
  const kept = Math.max(0, most - end.length);
  const all = [...runningRows(state, now, room), ...waitRows(state.waits, now, room)];
  const shown = all.length <= kept ? all : all.slice(0, Math.max(0, kept - 1));
  return [
    ...rowLines(shown, room).map((line) => paint('cyan', line)),
    ...moreLine(all.slice(shown.length)).map((line) => paint('dim', cut(indent + line, room))),
    ...end,
  ].slice(-most);
}

/** One step that runs, or what some hosts wait for. */
interface Row {
  /** Names of the node, or of the hosts. */
  readonly where: string;
  readonly nodes: readonly string[];
  /** "" where the name of the node says it. */
  readonly address: string;
  readonly elapsed: string;
  readonly percent: string;
  readonly text: string;
}

function runningRows({ running }: LiveState, now: number, room: number): readonly Row[] {
  return [...running.values()].map(({ step, since, progress }) => ({
    where: oneLine(step.node),
    nodes: [`${step.cluster}/${step.node}`],
    address: room < NARROW || step.address.startsWith('node/') ? '' : oneLine(step.address),
    elapsed: wholeSeconds((now - since) / 1000),
    percent: progress?.percent === undefined ? '' : `${Math.floor(progress.percent)}%`,
    text:
      progress === undefined
        ? shownCommand(step.command)
        : `${firstWords(step.command)}: ${shownText(progress)}`,
  }));
}

/** Hosts that wait for the same share a row; which began first says how long. */
function waitRows(waits: readonly ShownWait[], now: number, room: number): readonly Row[] {
  const alike = new Map<string, ShownWait[]>();
  for (const wait of waits) {
    const key = JSON.stringify([wait.task, wait.what, wait.limit]);
    alike.set(key, [...(alike.get(key) ?? []), wait]);
  }
  return [...alike.values()].map((group): Row => {
    const hosts = group.map(({ host }) => host);
    const limit = room < NARROW ? undefined : group[0]?.limit;
    const elapsed = wholeSeconds((now - Math.min(...group.map(({ since }) => since))) / 1000);
    return {
      where: oneLine(hostNames(hosts)),
      nodes: hosts,
      address: '',
      elapsed: limit === undefined ? elapsed : `${elapsed} of ${withoutZero(limit)}`,
      percent: '',
      text: (room < NARROW ? '' : 'waiting: ') + oneLine(group[0]?.what ?? ''),
    };
  });
}

/** "10 min" rather than "10 min 0 s". */
const withoutZero = (seconds: number): string =>
  seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : wholeSeconds(seconds);

function rowLines(rows: readonly Row[], room: number): readonly string[] {
  const has = (key: 'address' | 'percent'): boolean => rows.some((row) => row[key] !== '');
  const padded = (key: 'elapsed' | 'percent') => padStart(rows.map((row) => row[key]));
  const [elapsed, percents] = [padded('elapsed'), padded('percent')];
  const cells = rows.map(({ where, address, text }, index) => [
    where,
    ...(has('address') ? [address] : []),
    elapsed[index] ?? '',
    ...(has('percent') ? [percents[index] ?? ''] : []),
    text,
  ]);
  return columns(cells, room - indent.length).map((row) => cut(indent + row, room));
}

function firstWords(command: string): string {
  return shownCommand(command).split(' ').slice(0, 3).join(' ');
}

/** Its percents have a column of their own. */
function shownText({ text }: { readonly text: string }): string {
  return oneLine(text.replace(/ \([\d.]+%\)/u, ''));
}

function padStart(texts: readonly string[]): readonly string[] {
  const width = Math.max(0, ...texts.map(displayWidth));
  return texts.map((text) => text.padStart(width));
}

function moreLine(hidden: readonly Row[]): readonly string[] {
  if (hidden.length === 0) return [];
  const nodes = new Set(hidden.flatMap((row) => row.nodes)).size;
  return [`… and ${hidden.length} more on ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`];
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
