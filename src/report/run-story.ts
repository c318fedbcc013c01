import { formatAddress } from '../address.ts';
import type { Event, Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Change, Plan } from '../plan/plan.ts';

type StepFinished = Extract<Event, { type: 'step-finished' }>;
type TaskFinished = Extract<Event, { type: 'task-finished' }>;
type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

/** A change that was planned, and what became of it. */
export interface ToldChange {
  readonly cluster: string;
  readonly change: Change;
  /** Undefined: it was only planned, or its turn never came. */
  readonly outcome: Outcome | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly steps: readonly StepFinished[];
}

/** A part of a run: a task of a play, or the whole of an apply. */
export interface Chapter {
  readonly play: string | undefined;
  readonly task: string | undefined;
  readonly changes: readonly ToldChange[];
  readonly results: readonly TaskFinished[];
  /** All that ended in it, those of changes too. */
  readonly steps: readonly StepFinished[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A run's events, put together again for reports that are read from the start when it is over. */
export interface RunStory {
  readonly started: Of<'run-started'> | undefined;
  readonly surveyed: Of<'surveyed'> | undefined;
  readonly check: boolean;
  readonly chapters: readonly Chapter[];
  readonly recap: Of<'recap'> | undefined;
  readonly finished: Of<'run-finished'> | undefined;
}

interface OpenChapter {
  readonly play: string | undefined;
  readonly task: string | undefined;
  readonly plans: Plan[];
  readonly ended: Map<string, Of<'change-finished'>>;
  readonly results: TaskFinished[];
  readonly steps: StepFinished[];
  readonly diagnostics: Diagnostic[];
}

export function runStory(events: readonly Event[]): RunStory {
  const first = <Type extends Event['type']>(type: Type): Of<Type> | undefined =>
    events.find((event): event is Of<Type> => event.type === type);
  return {
    started: first('run-started'),
    surveyed: first('surveyed'),
    check: events.some((event) => event.type === 'planned' && event.check),
    chapters: chaptersOf(events),
    recap: first('recap'),
    finished: first('run-finished'),
  };
}

function chaptersOf(events: readonly Event[]): readonly Chapter[] {
  let chapter = openChapter(undefined, undefined);
  const chapters = [chapter];
  const begin = (play: string | undefined, task: string | undefined): void => {
    chapter = openChapter(play, task);
    chapters.push(chapter);
  };
  for (const event of events) {
    if (event.type === 'play-started') begin(event.name, undefined);
    else if (event.type === 'task-started') begin(chapter.play, event.name);
    else if (event.type === 'planned') chapter.plans.push(...event.plans);
    else if (event.type === 'change-finished') chapter.ended.set(`${event.cluster}#${event.change}`, event);
    else if (event.type === 'task-finished') chapter.results.push(event);
    else if (event.type === 'step-finished') chapter.steps.push(event);
    else if (event.type === 'diagnostic') chapter.diagnostics.push(event.diagnostic);
  }
  return chapters.map(closeChapter);
}

function openChapter(play: string | undefined, task: string | undefined): OpenChapter {
  return { play, task, plans: [], ended: new Map(), results: [], steps: [], diagnostics: [] };
}

function closeChapter({ play, task, plans, ended, results, steps, diagnostics }: OpenChapter): Chapter {
  const stepsOf = new Map<string, StepFinished[]>();
  for (const step of steps) {
    // A step's id is that of its change, and its own: "3/1".
    const key = `${step.cluster}#${step.step.split('/')[0]}`;
    const own = stepsOf.get(key) ?? [];
    own.push(step);
    stepsOf.set(key, own);
  }
  const changes = plans.flatMap(({ cluster, changes: own }) =>
    own.map((change): ToldChange => {
      const key = `${cluster}#${change.id}`;
      const end = ended.get(key);
      return {
        cluster,
        change,
        outcome: end?.outcome,
        diagnostics: end?.diagnostics ?? [],
        steps: stepsOf.get(key) ?? [],
      };
    }),
  );
  return { play, task, changes, results, steps, diagnostics };
}

/** "vm/101@lab", and the name that people know it by: "vm/101@lab web-101". */
export function changeName({ address, title }: Change): string {
  return title === address.name ? formatAddress(address) : `${formatAddress(address)} ${title}`;
}
