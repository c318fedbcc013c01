import { hostNames } from '../host-names.ts';
import { duration } from '../printable.ts';
import type { Chapter } from '../run-story.ts';
import { changeList, tag } from './change-part.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';
import type { Mood } from './page.ts';
import { folded, shortened } from './trouble-part.ts';

const order: readonly (readonly [string, Mood])[] = [
  ['failed', 'bad'],
  ['rescued', 'plain'],
  ['unreachable', 'bad'],
  ['left', 'mind'],
  ['changed', 'good'],
  ['ok', 'plain'],
  ['skipped', 'plain'],
];

/** The tasks of a play, each with how it ended on which hosts; those that changed something are open. */
export function taskBlocks(tasks: readonly Chapter[]): readonly Html[] {
  return tasks.map((chapter) => {
    const { task = '', results, changes, steps } = chapter;
    const ended = order.flatMap(([outcome, mood]) => {
      const hosts = results.filter((result) => wordOf(result) === outcome).map(({ host }) => host);
      return hosts.length === 0 ? [] : [{ outcome, mood, hosts: [...new Set(hosts)] }];
    });
    const isQuiet = ended.every(({ outcome }) => outcome === 'ok' || outcome === 'skipped');
    const seconds = Math.max(0, ...steps.map((step) => step.seconds));
    return html`<details${isQuiet ? undefined : html` open`}><summary><span class="name">${task}</span>${ended.map(
      ({ outcome, mood, hosts }) => tag(`${outcome} ${hosts.length}`, mood),
    )}${seconds === 0 ? undefined : html`<span class="soft push">${duration(seconds)}</span>`}</summary><div class="in">${ended.map(
      ({ outcome, hosts }) => html`<p><b>${outcome}</b>: ${hostNames(hosts)}</p>`,
    )}${outputs(chapter)}${changeList(changes)}</div></details>
`;
  });
}

const wordOf = ({ outcome, rescued }: Chapter['results'][number]): string =>
  rescued === true ? 'rescued' : outcome;

/** Of more texts than these the rest is folded. */
const FEW_OUTPUTS = 6;

/** What the task said, hosts with the same words together. */
function outputs({ results }: Chapter): readonly Html[] {
  const groups = new Map<string, string[]>();
  for (const { host, message, stdout } of results) {
    const said = [message, stdout?.trimEnd()].filter((text) => text !== undefined && text !== '').join('\n');
    if (said !== '') groups.set(said, [...(groups.get(said) ?? []), host]);
  }
  const blocks = [...groups].map(
    ([said, hosts]) =>
      html`<p class="soft">${hostNames(hosts)}</p>
        <pre>${shortened(said)}</pre>`,
  );
  return [...blocks.slice(0, FEW_OUTPUTS), folded(blocks.slice(FEW_OUTPUTS))];
}
