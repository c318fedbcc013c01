import type { Event } from '../../apply/event.ts';
import { duration } from '../printable.ts';
import { shownCommand } from '../step-lines.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';

type StepFinished = Extract<Event, { type: 'step-finished' }>;

/** Rows of more nodes than these are folded. */
const FEW_NODES = 16;
const LANE = 11;
/** Longer commands are cut: the whole of one stands with its change. */
const LONGEST_TITLE = 80;

interface Bar {
  readonly step: StepFinished;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** When each step ran, a row a node; side by side what ran at the same time. */
export function timeline(steps: readonly StepFinished[]): readonly Html[] {
  const bars = steps
    .filter(({ outcome }) => outcome !== 'not-run')
    .map((step): Bar => {
      const to = Date.parse(step.at);
      return { step, from: to - step.seconds * 1000, to };
    });
  if (bars.length < 2) return [];
  const start = bars.reduce((least, { from }) => Math.min(least, from), Infinity);
  const length = Math.max(1, bars.reduce((most, { to }) => Math.max(most, to), 0) - start);
  const nodes = new Map<string, Bar[]>();
  for (const bar of bars) {
    const key = nameOf(bar.step);
    const own = nodes.get(key) ?? [];
    own.push(bar);
    nodes.set(key, own);
  }
  const rows = [...nodes].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const lanes = html`<div class="lanes">
    ${rows.map(([node, own]) => nodeRow(node, own, start, length))}<span></span>
    <div class="axis"><span>0 s</span><span>${duration(length / 1000)}</span></div>
  </div>`;
  return rows.length <= FEW_NODES
    ? [lanes]
    : [
        html`<details>
          <summary>${rows.length} nodes</summary>
          <div class="in">${lanes}</div>
        </details>`,
      ];
}

function nameOf({ node, cluster }: StepFinished): string {
  return node === cluster ? node : `${node} (${cluster})`;
}

function nodeRow(name: string, bars: readonly Bar[], start: number, length: number): Html {
  const ends: number[] = [];
  const placed = bars
    .toSorted((a, b) => a.from - b.from)
    .map((bar) => {
      // A clock in whole milliseconds lets one seem to begin before the other has ended.
      const free = ends.findIndex((end) => end <= bar.from + 1);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = bar.to;
      return { ...bar, lane };
    });
  const share = (milliseconds: number): string => ((milliseconds * 100) / length).toFixed(2);
  return html`<span>${name}</span>
    <div class="lane" style="height:${ends.length * LANE + 3}px">
      ${placed.map(
        ({ step, from, to, lane }) =>
          html`<i${step.outcome === 'failed' ? html` class="failed"` : undefined} style="left:${share(from - start)}%;width:${share(to - from)}%;top:${lane * LANE + 1}px" title="${titleOf(step)}"></i>`,
      )}
    </div>`;
}

function titleOf({ command, seconds }: StepFinished): string {
  return `${shownCommand(command).slice(0, LONGEST_TITLE)} (${duration(seconds)})`;
}
