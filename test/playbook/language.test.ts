import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { HostRecap, Outcome } from '../../src/apply/event.ts';
import type { Exec } from '../../src/apply/exec.ts';
import { ok } from '../../src/diagnostic.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { RunOptions } from '../../src/playbook/run-state.ts';
import type { Ran } from './run-on-lab.ts';
import { runLoaded, valueOf } from './run-on-lab.ts';

/*
 * Each playbook here was run by Ansible 2.14 on three hosts with local connections; NAME.expected.txt says what became of
 * each task on each host, what debug said, and the recap (made by expect-language.sh). pvefleet must do the same.
 */
const directory = fileURLToPath(new URL('language', import.meta.url));
const names = readdirSync(directory).flatMap(
  (file) => /^(?<name>.+)\.yml$/u.exec(file)?.groups?.['name'] ?? [],
);

test.each(names)('%s: as Ansible runs it', async (name) => {
  const file = join(directory, `${name}.yml`);
  const given = flagsIn(readFileSync(file, 'utf8'));
  const playbook = valueOf(await loadPlaybook(file, given));
  const ran = await runLoaded(playbook, { exec: onThisMachine, directory, ...given });
  expect(linesOf(ran)).toEqual(
    readFileSync(join(directory, `${name}.expected.txt`), 'utf8')
      .trimEnd()
      .split('\n'),
  );
});

/** What a playbook is run with: "# flags: --tags web -e count=3". */
function flagsIn(text: string): Pick<RunOptions, 'extraVars' | 'tags'> {
  const words = /^# flags: (?<flags>.*)$/mu.exec(text)?.groups?.['flags']?.split(' ') ?? [];
  const valuesOf = (flag: string) =>
    words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []));
  const tagsOf = (flag: string) => valuesOf(flag).flatMap((tags) => tags.split(','));
  return {
    extraVars: Object.fromEntries(valuesOf('-e').map((pair) => pair.split('='))) as Record<string, string>,
    tags: { only: tagsOf('--tags'), skip: tagsOf('--skip-tags') },
  };
}

const onThisMachine: Exec = (_host, script, options) =>
  new Promise((resolve) => {
    const simple = simpleAnswer(script.trimEnd().split('\n').at(-1) ?? '');
    if (simple !== undefined) {
      resolve(ok({ ...simple, stdout: Buffer.from(simple.stdout), stderr: Buffer.alloc(0) }));
      return;
    }
    const child = execFile('sh', ['-c', script], { encoding: 'buffer' }, (error, stdout, stderr) => {
      const exit = error === null ? 0 : Number(error.code);
      resolve(ok({ exit, stdout, stderr }));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options?.stdin);
  });

/** What the simplest commands come to: most are these, and a process for each takes longer than all the rest. */
function simpleAnswer(line: string): { readonly exit: number; readonly stdout: string } | undefined {
  const [, command = ''] = /^(?<command>[\w '!=-]+) <\/dev\/null$/u.exec(line) ?? [];
  const words = command.split(' ');
  const [program, ...args] = words;
  if (command === 'true' || command === 'false') return { exit: command === 'true' ? 0 : 1, stdout: '' };
  if (program === 'echo' && !/['!=]|^echo -/u.test(command))
    return { exit: 0, stdout: `${args.join(' ')}\n` };
  const [left, operator, right] = args;
  if (program !== 'test' || args.length !== 3 || operator !== "'!='") return undefined;
  return { exit: left === right ? 1 : 0, stdout: '' };
}

const gravity: readonly Outcome[] = ['skipped', 'ok', 'changed', 'failed', 'unreachable'];

/** "name: pve1 ok pve2 changed", a line a task; then a line a host with its counts. */
function linesOf({ events }: Ran): readonly string[] {
  const lines: string[] = [];
  let task: { readonly name: string; readonly hosts: Map<string, string> } | undefined;
  const flush = (): void => {
    if (task !== undefined && task.hosts.size > 0)
      lines.push(
        `${task.name}: ${[...task.hosts]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([host, result]) => `${host} ${result}`)
          .join(' ')}`,
      );
    task = undefined;
  };
  for (const event of events) {
    if (event.type === 'task-started') {
      flush();
      task = { name: event.name, hosts: new Map() };
    } else if (event.type === 'task-finished' && task !== undefined) {
      const before = (task.hosts.get(event.host) ?? 'skipped').split(' ')[0] as Outcome;
      const isGraver = gravity.indexOf(event.outcome) >= gravity.indexOf(before);
      const isSaid = event.item === undefined && event.outcome === 'ok' && event.diagnostics.length === 0;
      const said = event.message === undefined || !isSaid ? '' : ` ${JSON.stringify(event.message)}`;
      if (isGraver) task.hosts.set(event.host, `${event.outcome}${said}`);
    } else if (event.type === 'recap') {
      flush();
      lines.push(
        ...Object.entries(event.hosts)
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([host, counts]) => recapLine(host, counts)),
      );
    }
  }
  return lines;
}

const recapLine = (
  host: string,
  { ok: done, changed, failed, skipped, rescued = 0, ignored = 0 }: HostRecap,
): string =>
  `${host} ok=${done} changed=${changed} failed=${failed} skipped=${skipped} rescued=${rescued} ignored=${ignored}`;
