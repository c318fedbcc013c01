import { basename, join } from 'node:path';
import type { ReportEvent } from '../../src/apply/event.ts';
import { pythonJson } from '../../src/template/python-text.ts';
import { runCli } from '../cli/run-cli.ts';
import type { Given, Told } from './side.ts';

/** pvefleet, in this process. */
export async function runOurs({ site, inventory, directory }: Given): Promise<readonly Told[]> {
  const state = join(directory, 'state');
  const { stdout, stderr } = await runCli(['run', site, '-i', inventory, '--state', state, '--json']);
  const events = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReportEvent]));
  const told: Told[] = [];
  let about = { file: '', task: '' };
  for (const event of events) {
    if (event.type === 'task-started') about = { file: basename(event.at?.file ?? ''), task: event.name };
    if (event.type === 'task-finished') {
      const message = [event.message, ...event.diagnostics.map((one) => one.message)].join(' ').trim();
      const outcome = message.startsWith('failed, and ignored') ? 'failed' : event.outcome;
      const texts = (event.diffs ?? []).map(({ before, after }) => [before, after]);
      const diff = texts.length === 0 ? '' : pythonJson(texts);
      told.push({ ...about, outcome, message, diff });
    }
  }
  if (told.length === 0) throw new Error(`pvefleet ran nothing: ${stderr}`);
  return told;
}
