import type { Diagnostic } from '../diagnostic.ts';
import { batchSizes, batchesOf } from '../fanout/batches.ts';
import type { Node } from '../inventory/node.ts';
import { aheadIn } from './ahead.ts';
import type { Ahead } from './foresee.ts';
import { goOnWith } from './go-on.ts';
import { flushHandlers } from './handlers.ts';
import { renderValue } from '../template/render.ts';
import type { Entry, Play, Role } from './playbook.ts';
import { meet } from './refresh-survey.ts';
import { runEntries } from './run-entries.ts';
import type { Flow, PlayRun, Run } from './run-state.ts';
import { batchSizesOf } from './serial.ts';
import type { createVariables } from './variables.ts';

/** Runs a play, batch by batch of its hosts; ends the run when a whole batch has failed, as Ansible does. */
export async function runPlay(
  run: Run,
  written: Play,
  variablesOf: ReturnType<typeof createVariables>,
  after: Ahead | undefined,
): Promise<void> {
  const play = { ...written, name: nameOf(written, run) };
  const nodes = run.options.hosts.get(written) ?? [];
  const hosts = nodes.map(({ name }) => name);
  for (const node of nodes) meet(run, node);
  const answering = nodes.filter(({ name }) => !run.tally.isOut(name));
  const serial = serialOf(play, run);
  const sizes = serial.length === 0 ? undefined : batchSizes(serial.join(','), nodes.length);
  const batches = sizes === undefined ? [answering] : batchesOf(answering, sizes);
  if (batches.length === 0 || sizes === undefined)
    await run.emit({ type: 'play-started', name: play.name, hosts, at: play.at });
  for (const [index, batch] of batches.entries()) {
    if (sizes !== undefined)
      await run.emit({
        type: 'play-started',
        name: play.name,
        hosts: batch.map(({ name }) => name),
        at: play.at,
      });
    const playing = startPlay(run, play, { hosts, batch }, variablesOf);
    await runBatch(playing, after);
    if (batch.length > 0 && batch.every(({ name }) => run.tally.isOut(name))) run.isBroken = true;
    if (run.isBroken && sizes !== undefined && !run.options.signal.aborted)
      await run.emit({
        type: 'diagnostic',
        diagnostic: brokenOff(run, play, batch, batches.slice(index + 1).flat()),
      });
    if (run.isBroken || playing.stopped === 'play') return;
  }
}

/** A name is rendered by what is known before there are hosts; one that needs more is shown as it is written. */
function nameOf({ name, vars, fileVars }: Play, { options }: Run): string {
  const known = { ...vars, ...options.prompted, ...fileVars, ...options.extraVars };
  const rendered = renderValue(name, {}, known);
  return rendered.ok ? String(rendered.value) : name;
}

/** It was rendered before the run, with the same variables (play-hosts.ts). */
function serialOf(play: Play, { options }: Run): readonly string[] {
  const sizes = batchSizesOf(play, options.extraVars);
  return sizes.ok ? sizes.value : [];
}

/** A whole batch has failed: which hosts wait for it to be mended, and how to go on then. */
function brokenOff(run: Run, play: Play, batch: readonly Node[], left: readonly Node[]): Diagnostic {
  const names = (nodes: readonly Node[]): string => nodes.map(({ name }) => name).join(', ');
  const waiting = left.length === 0 ? 'it was the last' : `not begun: ${names(left)}`;
  return {
    code: 'run/broken-off',
    severity: 'warning',
    trouble: 'failed',
    message: `Cannot go on with "${play.name}": ${names(batch)} failed; ${waiting}`,
    ...(!run.options.check && {
      hint: `When it is mended, go on with: ${goOnWith(run.options.argv)}`,
    }),
  };
}

function startPlay(
  run: Run,
  play: Play,
  { hosts, batch: nodes }: { readonly hosts: readonly string[]; readonly batch: readonly Node[] },
  variablesOf: ReturnType<typeof createVariables>,
): PlayRun {
  const ended = new Set<string>();
  const failed = new Set<string>();
  const exposed: Role[] = [];
  const isIn = (name: string): boolean => !ended.has(name) && !failed.has(name) && !run.tally.isOut(name);
  const left = (): readonly string[] => hosts.filter(isIn);
  const batch = (): readonly string[] => nodes.map(({ name }) => name).filter(isIn);
  return {
    run,
    play,
    nodes,
    handlers: [...play.handlers],
    exposed,
    hadRoles: new Map(),
    notified: new Map(),
    ended,
    failed,
    lostBefore: new Set(hosts.filter((host) => run.tally.isOut(host))),
    variablesOf: (node, given) => variablesOf({ play, exposed, hosts, left, batch }, node, given),
  };
}

/** The parts of the play in their order; after each, the handlers that were notified in it. */
async function runBatch(playing: PlayRun, after: Ahead | undefined): Promise<void> {
  const { play } = playing;
  const post = aheadIn(playing, { entries: play.postTasks, given: new Map(), after });
  const main = aheadIn(playing, { entries: play.tasks, given: new Map(), after: post });
  await runPart(playing, play.preTasks, main);
  await runPart(playing, play.tasks, post);
  await runPart(playing, play.postTasks, after);
}

async function runPart(playing: PlayRun, entries: readonly Entry[], after: Ahead | undefined): Promise<void> {
  const flow: Flow = { play: playing, isRescued: false, given: new Map(), after };
  const failed = await runEntries(flow, entries, hostsOf(playing));
  if (!playing.play.forceHandlers) leave(playing, failed);
  // Who has ended the play has ended its handlers, too.
  if (playing.stopped === undefined) leave(playing, await flushHandlers(flow, hostsOf(playing), runEntries));
  leave(playing, failed);
}

const hostsOf = ({ nodes, run, ended }: PlayRun): readonly string[] =>
  nodes.map(({ name }) => name).filter((name) => !run.tally.isOut(name) && !ended.has(name));

function leave({ run, failed, ended }: PlayRun, hosts: readonly string[]): void {
  for (const host of hosts.filter((each) => !ended.has(each))) {
    failed.add(host);
    run.tally.leave(host);
  }
}
