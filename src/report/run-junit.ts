import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { TestCase, TestSuite } from './junit.ts';
import { junitXml } from './junit.ts';
import type { Chapter, RunStory, ToldChange } from './run-story.ts';
import { changeName, runStory } from './run-story.ts';

/** A run as JUnit XML: of an apply a test a change, of a playbook one a task and host; hosts that gave no answer as in drift's. */
export function runJunit(events: readonly Event[]): string {
  const story = runStory(events);
  const seconds = story.recap?.seconds ?? 0;
  const isPlaybook = story.chapters.some(({ play }) => play !== undefined);
  const name = isPlaybook ? 'run' : 'apply';
  const suites = isPlaybook
    ? playSuites(story.chapters)
    : [suite(name, [...changeCases(story), ...troubleCases(story.chapters)])];
  const silent = hostCases(story);
  const all = silent.length === 0 ? suites : [...suites, suite('hosts', silent)];
  return junitXml(`pvefleet ${name}`, all, seconds);
}

function suite(name: string, cases: readonly TestCase[]): TestSuite {
  return { name, cases, seconds: cases.reduce((sum, each) => sum + (each.seconds ?? 0), 0) };
}

function changeCases({ chapters }: RunStory): readonly TestCase[] {
  return chapters.flatMap(({ changes }) => changes.map(changeCase));
}

const LEFT = 'left: it was begun, and not finished';

function changeCase(told: ToldChange): TestCase {
  const { cluster, change, outcome, steps } = told;
  const about = {
    group: `${cluster}/${change.node}`,
    name: changeName(change),
    seconds: steps.reduce((sum, step) => sum + step.seconds, 0),
  };
  if (outcome === 'failed')
    return { ...about, result: 'failure', ...wordsOf(told.diagnostics, outputOf(told)) };
  if (outcome === 'left') return { ...about, result: 'error', message: LEFT };
  if (outcome === undefined || outcome === 'skipped')
    return { ...about, result: 'skipped', message: 'not run' };
  return about;
}

function outputOf({ steps }: ToldChange): readonly string[] {
  return steps
    .filter((step) => step.outcome === 'failed')
    .flatMap(({ node, command, stdout, stderr }) => [`${node}$ ${command}`, stderr.trim(), stdout.trim()])
    .filter((text) => text !== '');
}

function playSuites(chapters: readonly Chapter[]): readonly TestSuite[] {
  const plays = new Map<string, TestCase[]>();
  for (const chapter of chapters) {
    const cases = plays.get(chapter.play ?? '') ?? [];
    cases.push(...taskCases(chapter));
    plays.set(chapter.play ?? '', cases);
  }
  return [...plays].filter(([, cases]) => cases.length > 0).map(([play, cases]) => suite(play, cases));
}

function taskCases({ task = '', results }: Chapter): readonly TestCase[] {
  return results.map(({ host, item, outcome, rescued, message = '', stdout = '', diagnostics }): TestCase => {
    const about = { group: task, name: item === undefined ? host : `${host} (item ${item})` };
    if (outcome === 'skipped') return { ...about, result: 'skipped', message: 'skipped' };
    if (outcome === 'left') return { ...about, result: 'error', message: LEFT };
    if (outcome !== 'failed' && outcome !== 'unreachable') return about;
    const words = wordsOf(
      diagnostics,
      [message, stdout.trim()].filter((text) => text !== ''),
    );
    if (rescued === true) return { ...about, text: `rescued\n${words.text ?? ''}` };
    return { ...about, result: outcome === 'failed' ? 'failure' : 'error', ...words };
  });
}

/** What is wrong with the run itself: a plan that was refused, a run that stopped. */
function troubleCases(chapters: readonly Chapter[]): readonly TestCase[] {
  return chapters
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ severity }) => severity === 'error')
    .map((diagnostic) => ({
      group: 'plan',
      name: diagnostic.message,
      result: 'error',
      ...wordsOf([diagnostic], []),
    }));
}

function hostCases({ surveyed }: RunStory): readonly TestCase[] {
  return (surveyed?.unreachable ?? []).map((diagnostic) => ({
    group: 'hosts',
    name: diagnostic.host ?? 'a host',
    result: 'error',
    ...wordsOf([diagnostic], []),
  }));
}

/** The first error's sentence, and below it all that is known: hints, places, what commands said. */
function wordsOf(
  diagnostics: readonly Diagnostic[],
  more: readonly string[],
): Pick<TestCase, 'message' | 'text'> {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  const lines = diagnostics.flatMap(({ message, at, hint }) => [
    message,
    ...(at === undefined ? [] : [`at ${at.file}:${at.line}`]),
    ...(hint === undefined ? [] : [hint]),
  ]);
  return { message: first?.message ?? more[0] ?? '', text: [...lines, ...more].join('\n') };
}
