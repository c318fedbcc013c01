import type { Event } from '../../apply/event.ts';
import { duration } from '../printable.ts';
import type { Chapter, RunStory } from '../run-story.ts';
import { runStory } from '../run-story.ts';
import { changeList } from './change-part.ts';
import { failures, warnings } from './failure-part.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';
import type { Mood, Page, Tile } from './page.ts';
import { counted, pageText, section, shownTime } from './page.ts';
import { clustersText } from './clusters-text.ts';
import { recapTable } from './recap-part.ts';
import { taskBlocks } from './task-part.ts';
import { timeline } from './timeline-part.ts';
import { folded } from './trouble-part.ts';

/** An apply or a playbook's run as a page for people, from its events alone. */
export function runHtml(events: readonly Event[]): string {
  const story = runStory(events);
  const { chapters, started, surveyed, recap, finished } = story;
  const steps = chapters.flatMap((chapter) => chapter.steps);
  const failed = failures(story);
  return pageText({
    title: titleOf(story),
    verdict: verdictOf(story, failed.length),
    tiles: tilesOf(story),
    facts: [
      ['Run', started?.run],
      ['By', started?.user],
      ['Command', started && html`<code>pvefleet ${started.argv.join(' ')}</code>`],
      ['Began', started && shownTime(started.at)],
      [
        'Ended',
        finished &&
          `${shownTime(finished.at)}${recap === undefined ? '' : `, after ${duration(recap.seconds)}`}`,
      ],
      ['Clusters', surveyed && clustersText(surveyed.clusters)],
      ['Exit code', finished && String(finished.exit)],
    ],
    sections: [
      section('What failed', firstOf(failed)),
      ...storySections(story),
      section('Warnings', warnings(story)),
      section('When, by node', timeline(steps)),
      section('Hosts', recap === undefined ? [] : recapTable(recap.hosts)),
    ],
  });
}

/** More failures than these come folded. */
const FEW_FAILURES = 20;

function firstOf(failed: readonly Html[]): readonly Html[] {
  const more = failed.slice(FEW_FAILURES);
  return more.length === 0 ? failed : [...failed.slice(0, FEW_FAILURES), folded(more)];
}

function isPlaybook({ chapters }: RunStory): boolean {
  return chapters.some(({ play }) => play !== undefined);
}

function titleOf(story: RunStory): string {
  const argv = story.started?.argv ?? [];
  const file = argv.slice(1).find((argument) => /\.(?:ya?ml|json|plan)$/u.test(argument));
  const what = isPlaybook(story) ? (story.check ? 'Check' : 'Run') : 'Apply';
  return file === undefined ? what : `${what} of ${file}`;
}

function verdictOf(story: RunStory, failed: number): Page['verdict'] {
  const { recap, finished, check, chapters } = story;
  const commands = recap?.commands ?? 0;
  const told =
    commands === 0
      ? 'no command was run'
      : `${counted(commands, 'command')} ${commands === 1 ? 'was' : 'were'} run`;
  if (recap?.interrupted === true)
    return { text: `Interrupted after ${duration(recap.seconds)}: ${told}.`, mood: 'bad' };
  if (recap === undefined && finished !== undefined && finished.exit !== 0)
    return { text: 'Nothing was applied.', mood: 'bad' };
  if (failed > 0) return { text: `Not all went well: ${counted(failed, 'failure')}; ${told}.`, mood: 'bad' };
  if (check) return { text: 'Check mode: nothing was changed.', mood: 'plain' };
  const changes = chapters.flatMap((chapter) => chapter.changes);
  if (changes.length === 0 && commands === 0)
    return { text: 'Nothing to do: all is as declared.', mood: 'good' };
  return { text: `All went well: ${told}.`, mood: 'good' };
}

function tilesOf(story: RunStory): readonly Tile[] {
  const { chapters, surveyed } = story;
  const changes = chapters.flatMap((chapter) => chapter.changes);
  const ended = (outcomes: readonly (string | undefined)[]): number =>
    changes.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const results = chapters.flatMap((chapter) => chapter.results);
  const tile = (count: number, label: string, mood: Mood): Tile => ({ count, label, mood });
  const restarts = changes.filter(
    ({ change, outcome }) =>
      outcome === 'changed' && change.differences.some(({ effect }) => effect === 'restart'),
  ).length;
  return [
    ...(isPlaybook(story)
      ? [
          tile(results.length, 'task results', 'plain'),
          tile(results.filter(({ outcome }) => outcome === 'changed').length, 'changed', 'good'),
          tile(results.filter(({ outcome }) => outcome === 'failed').length, 'failed', 'bad'),
        ]
      : [
          tile(changes.length, 'changes planned', 'plain'),
          tile(ended(['changed']), 'done', 'good'),
          tile(ended(['failed']), 'failed', 'bad'),
          tile(ended(['left']), 'left', 'mind'),
          tile(ended(['skipped', undefined]), 'not run', 'mind'),
        ]),
    tile(restarts, 'wait for a restart', 'mind'),
    tile(surveyed?.unreachable.length ?? 0, 'hosts gave no answer', 'bad'),
  ];
}

function storySections(story: RunStory): readonly Html[] {
  if (isPlaybook(story))
    return [...playsOf(story.chapters)].map(([play, tasks]) => section(play, taskBlocks(tasks)));
  return [section('Changes', changeList(story.chapters.flatMap(({ changes }) => changes)))];
}

function playsOf(chapters: readonly Chapter[]): ReadonlyMap<string, readonly Chapter[]> {
  const plays = new Map<string, Chapter[]>();
  for (const chapter of chapters) {
    if (chapter.play === undefined || chapter.task === undefined) continue;
    const tasks = plays.get(chapter.play) ?? [];
    tasks.push(chapter);
    plays.set(chapter.play, tasks);
  }
  return plays;
}
