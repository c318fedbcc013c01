import { formatAddress } from '../../address.ts';
import { actArgv } from '../../apply/step-script.ts';
import type { Outcome } from '../../apply/event.ts';
import type { Change } from '../../plan/plan.ts';
import { showCommand } from '../../pve/render-call.ts';
import type { DifferenceRow } from '../difference-rows.ts';
import { differenceRows, pendingNote, differentLines } from '../difference-rows.ts';
import { duration } from '../printable.ts';
import type { ToldChange } from '../run-story.ts';
import { withoutDigests } from '../step-lines.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';
import type { Mood } from './page.ts';
import { counted } from './page.ts';

/** Up to so many changes are open as they come; more of them are folded by node. */
const FEW = 12;
const GROUPED = 40;

const sign = { create: '+', update: '~', delete: '−' } as const;

/** Changes as diffs, each to be unfolded; many of them by node. */
export function changeList(changes: readonly ToldChange[]): readonly Html[] {
  if (changes.length <= GROUPED) return changes.map((told) => changeBlock(told, changes.length <= FEW));
  const byNode = new Map<string, ToldChange[]>();
  for (const told of changes) {
    const key = `${told.change.node} (${told.cluster})`;
    const group = byNode.get(key) ?? [];
    group.push(told);
    byNode.set(key, group);
  }
  const groups = [...byNode].map(([node, group]) => {
    const failed = group.filter(({ outcome }) => outcome === 'failed').length;
    return html`<details class="group">
      <summary>
        ${node}<span class="soft">${counted(group.length, 'change')}</span>${
          failed === 0 ? undefined : html`<span class="tag bad">${failed} failed</span>`
        }
      </summary>
      <div class="in">${group.map((told) => changeBlock(told, false))}</div>
    </details> `;
  });
  return [html`<div class="groups">${groups}</div>`];
}

const outcomeTag: Readonly<Record<Outcome, readonly [text: string, mood: Mood]>> = {
  ok: ['ok', 'good'],
  changed: ['done', 'good'],
  failed: ['failed', 'bad'],
  skipped: ['not run', 'mind'],
  unreachable: ['no answer', 'bad'],
  left: ['left', 'mind'],
};

function changeBlock({ change, outcome, steps }: ToldChange, open: boolean): Html {
  const { action, node, differences, risks } = change;
  const rows = differences.flatMap(differenceRows);
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const restart = rows.some(({ effect }) => effect === 'restart');
  return html`<details${open ? html` open` : undefined}><summary><span class="sign ${action}">${sign[action]}</span>${nameOf(change)}<span class="soft">on ${node}</span>${
    restart ? html`<span class="tag mind">after a restart</span>` : undefined
  }${outcome === undefined ? undefined : tag(...outcomeTag[outcome])}${
    seconds === 0 ? undefined : html`<span class="soft push">${duration(seconds)}</span>`
  }</summary><div class="in">${
    rows.length === 0
      ? undefined
      : html`<table class="diff">
          ${rows.map(differenceRow)}
        </table>`
  }${
    risks.length === 0
      ? undefined
      : html`<ul class="risks">
          ${risks.map((risk) => html`<li>${risk}</li>`)}
        </ul>`
  }${placeOf(change)}${commandsOf(change)}</div></details>
`;
}

export function tag(text: string, mood: Mood): Html {
  return html`<span class="tag ${mood}">${text}</span>`;
}

function nameOf({ address, title }: Change): Html {
  const name = html`<span class="name">${formatAddress(address)}</span>`;
  return title === address.name ? name : html`${name}<span>${title}</span>`;
}

export function differenceRow(row: DifferenceRow): Html {
  const { name, before, after, effect } = row;
  const pending = pendingNote(row);
  const waits = pending === undefined ? undefined : html` <span class="soft">${pending}</span>`;
  const note = effect === 'restart' ? html` <span class="tag mind">after a restart</span>` : undefined;
  return html`<tr>
    <td class="mono">${name}</td>
    <td>${valueOf(before, after)}${waits}${note}</td>
  </tr>`;
}

function valueOf(before: string | undefined, after: string | undefined): Html {
  if (`${before}${after}`.includes('\n')) return textDiff(before, after);
  const old =
    before === undefined ? undefined : html`<code class="old">${before === '' ? '""' : before}</code>`;
  const fresh =
    after === undefined ? undefined : html`<code class="new">${after === '' ? '""' : after}</code>`;
  if (old === undefined) return html`${fresh}`;
  return fresh === undefined
    ? html`${old} <span class="soft">removed</span>`
    : html`${old}<span class="arrow">→</span>${fresh}`;
}

const lineMark = { same: '  ', removed: '- ', added: '+ ' } as const;
const lineClass = { same: '', removed: 'old', added: 'new' } as const;

function textDiff(before: string | undefined, after: string | undefined): Html {
  const lines = differentLines(before?.split('\n') ?? [], after?.split('\n') ?? []);
  return html`<pre>
${lines.map(({ is, text }) => html`<span class="${lineClass[is]}">${`${lineMark[is]}${text}\n`}</span>`)}</pre>`;
}

function placeOf({ declaredAt }: Change): Html {
  if (declaredAt === undefined) return html``;
  return html`<p class="soft">declared at ${declaredAt.file}:${declaredAt.line}</p>`;
}

function commandsOf({ steps }: Change): Html {
  if (steps.length === 0) return html``;
  return html`<details class="more">
    <summary>${counted(steps.length, 'command')}</summary>
    <div class="in">
      <pre>
${steps.map(({ node, act }) => `${node}$ ${withoutDigests(showCommand(actArgv(act)))}`).join('\n')}</pre>
    </div>
  </details>`;
}
