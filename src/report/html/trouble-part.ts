import type { Diagnostic } from '../../diagnostic.ts';
import { formatPosition } from '../../diagnostic.ts';
import { hostNames } from '../host-names.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';

/** The same trouble on several hosts. */
export interface Trouble {
  readonly diagnostic: Diagnostic;
  readonly hosts: readonly string[];
  /** What commands said about it. */
  readonly said: readonly Html[];
}

/** What commands said about the same trouble is folded but for so many of them. */
const FEW_SAID = 3;

/** A diagnostic with all that it says, where it happened, and what commands said about it. */
export function troubleBlock({ diagnostic, hosts, said }: Trouble): Html {
  const { severity, message, at, hint } = diagnostic;
  const places = [
    ...(hosts.length === 0 ? [] : [`on ${hostNames(hosts)}`]),
    ...(at === undefined ? [] : [`at ${formatPosition(at)}`]),
  ];
  return html`<div class="trouble${severity === 'error' ? '' : ' mind'}">
    <p>${message}</p>
    ${
      places.length === 0 ? undefined : html`<p class="soft">${places.join(', ')}</p>`
    }${hint === undefined ? undefined : html`<p class="hint">${hint.trim()}</p>`}${said.slice(0, FEW_SAID)}${folded(said.slice(FEW_SAID))}
  </div>`;
}

/** Blocks that are there for who wants to know. */
export function folded(blocks: readonly Html[]): Html {
  if (blocks.length === 0) return html``;
  return html`<details class="more">
    <summary>${blocks.length} more</summary>
    <div class="in">${blocks}</div>
  </details>`;
}

/** Each trouble once, with the hosts that it happened on. `saidOf` gives what commands said about one. */
export function troubles(
  diagnostics: readonly Diagnostic[],
  saidOf: (diagnostic: Diagnostic) => readonly Html[] = () => [],
): readonly Trouble[] {
  const groups = new Map<string, { diagnostic: Diagnostic; hosts: string[]; said: Html[] }>();
  for (const diagnostic of distinct(diagnostics)) {
    const { host, ...rest } = diagnostic;
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { diagnostic, hosts: [], said: [] };
    if (host !== undefined) group.hosts.push(host);
    group.said.push(...saidOf(diagnostic));
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Each once: a step's comes again with its change and its task. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Characters of a text that are shown; of a longer one its two ends are. */
const LONGEST = 3000;

export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const left = text.length - LONGEST;
  return `${text.slice(0, LONGEST / 2)}\n[… ${left} characters left out …]\n${text.slice(-LONGEST / 2)}`;
}
