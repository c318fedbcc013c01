import type { Diagnostic } from '../../diagnostic.ts';
import { formatPosition } from '../../diagnostic.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';

/** A diagnostic with all that it says, and below it what a command said. */
export function troubleBlock(
  { severity, message, at, host, hint }: Diagnostic,
  said: readonly Html[] = [],
): Html {
  return html`<div class="trouble${severity === 'error' ? '' : ' mind'}">
    <p>${message}</p>
    ${
      host === undefined && at === undefined
        ? undefined
        : html`<p class="soft">
            ${[host === undefined ? '' : `on ${host}`, at === undefined ? '' : `at ${formatPosition(at)}`]
              .filter((text) => text !== '')
              .join(', ')}
          </p>`
    }${hint === undefined ? undefined : html`<p class="hint">${hint.trim()}</p>`}${said}
  </div>`;
}

/** Each once: a step's comes again with its change and its task. */
export function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
