import type { Html } from './markup.ts';
import { html } from './markup.ts';
import { style } from './style.ts';

export type Mood = 'good' | 'mind' | 'bad' | 'plain';

/** A count at the top of a page. */
export interface Tile {
  readonly count: number;
  readonly label: string;
  readonly mood: Mood;
}

export interface Page {
  readonly title: string;
  /** What came of it, in one sentence. */
  readonly verdict: { readonly text: string; readonly mood: Mood };
  readonly tiles: readonly Tile[];
  /** Who, when, where: names and values; those that are undefined are left out. */
  readonly facts: readonly (readonly [name: string, value: Html | string | undefined])[];
  readonly sections: readonly Html[];
}

/** The whole page as text: nothing outside it is loaded, and no script may run in it. */
export function pageText({ title, verdict, tiles, facts, sections }: Page): string {
  const shown = tiles.filter(({ count, mood }) => count > 0 || mood === 'plain');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="verdict ${verdict.mood}">${verdict.text}</p>
          ${
            shown.length === 0
              ? undefined
              : html`<ul class="tiles">
                  ${shown.map(tileItem)}
                </ul>`
          }
          <dl class="facts">${facts.map(fact)}</dl>
        </header>
        <main>${sections}</main>
        <footer>Made by pvefleet.</footer>
      </body>
    </html> `;
  return page.markup;
}

function tileItem({ count, label, mood }: Tile): Html {
  return html`<li class="${count > 0 ? mood : 'plain'}"><b>${count}</b>${label}</li>`;
}

function fact([name, value]: Page['facts'][number]): Html {
  return value === undefined || value === ''
    ? html``
    : html`<dt>${name}</dt>
        <dd>${value}</dd>`;
}

/** A moment for people, from an ISO date: "2026-11-29 19:40:12 UTC". */
export function shownTime(iso: string): string {
  return iso.replace(/^(\S{10})T(\S{8}).*Z$/u, '$1 $2 UTC');
}

/** A section with a heading; nothing when it would be empty. */
export function section(heading: string, inside: readonly Html[]): Html {
  return inside.length === 0
    ? html``
    : html`<section>
        <h2>${heading}</h2>
        ${inside}
      </section>`;
}

/** "1 change", "2 changes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
