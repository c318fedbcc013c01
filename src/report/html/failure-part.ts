import type { Diagnostic } from '../../diagnostic.ts';
import type { Event } from '../../apply/event.ts';
import { changeName, type RunStory } from '../run-story.ts';
import { duration } from '../printable.ts';
import { withoutDigests } from '../step-lines.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';
import { isError, shortened, troubleBlock, troubles } from './trouble-part.ts';

type StepFinished = Extract<Event, { type: 'step-finished' }>;

/** What failed, each once: with what to do, and with what its command said. Hosts that gave no answer come last. */
export function failures(story: RunStory): readonly Html[] {
  const said = saidBy(story);
  const errors = [...diagnosticsOf(story), ...(story.surveyed?.unreachable ?? [])].filter(isError);
  const known = troubles(errors, (diagnostic) => said.get(keyOf(diagnostic)) ?? []);
  return [...known.map(troubleBlock), ...wordless(story)];
}

/** Warnings of the run, each once. */
export function warnings(story: RunStory): readonly Html[] {
  return troubles(diagnosticsOf(story).filter((each) => !isError(each))).map(troubleBlock);
}

function diagnosticsOf({ chapters }: RunStory): readonly Diagnostic[] {
  return chapters.flatMap(({ changes, results, diagnostics, steps }) => [
    ...diagnostics,
    ...changes.flatMap((told) => told.diagnostics),
    ...steps.flatMap((step) => step.diagnostics),
    ...results.flatMap((result) => (result.rescued === true ? [] : result.diagnostics)),
  ]);
}

/** The commands that failed, by the diagnostics that tell of them. */
function saidBy({ chapters }: RunStory): ReadonlyMap<string, readonly Html[]> {
  const said = new Map<string, Html[]>();
  for (const { changes, steps } of chapters) {
    const byStep = new Map(changes.flatMap((told) => told.steps.map((step) => [step, told.change] as const)));
    for (const step of steps.filter(({ outcome }) => outcome === 'failed')) {
      const change = byStep.get(step);
      const block = commandSaid(step, change === undefined ? undefined : changeName(change));
      for (const key of step.diagnostics.map(keyOf)) said.set(key, [...(said.get(key) ?? []), block]);
    }
  }
  return said;
}

function commandSaid(step: StepFinished, change: string | undefined): Html {
  const { node, command, exit, seconds, stdout, stderr, inDoubt } = step;
  const how = inDoubt === true ? 'lost; how it ended is not known, after' : 'failed after';
  const ending = exit === null ? '' : `, exit ${exit}`;
  const output = [stderr.trim(), stdout.trim()].filter((text) => text !== '').join('\n');
  return html`<p class="soft">
      ${change === undefined ? '' : `${change}: `}step ${step.step}, ${how} ${duration(seconds)}${ending}
    </p>
    <pre>${node}$ ${withoutDigests(command)}${output === '' ? '' : `\n${shortened(output)}`}</pre>`;
}

/** Results of tasks that failed with a message of their own in place of a diagnostic. */
function wordless({ chapters }: RunStory): readonly Html[] {
  return chapters.flatMap(({ task = '', results }) =>
    results
      .filter(
        ({ outcome, rescued, diagnostics }) =>
          outcome === 'failed' && rescued !== true && diagnostics.length === 0,
      )
      .map(
        ({ host, message, stdout }) =>
          html`<div class="trouble">
            <p>${task}: failed on ${host}</p>
            ${
              message === undefined ? undefined : html`<pre>${shortened(message)}</pre>`
            }${stdout === undefined ? undefined : html`<pre>${shortened(stdout)}</pre>`}
          </div>`,
      ),
  );
}

function keyOf(diagnostic: Diagnostic): string {
  return JSON.stringify(diagnostic);
}
