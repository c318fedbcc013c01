import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noAnsible, runAnsible } from './run-ansible.ts';
import { runOurs } from './run-ours.ts';
import type { Outcome, Told } from './side.ts';
import { runTwice } from './side.ts';
import { noWorld } from './world.ts';

/**
 * Of the language, which test/playbook/language holds against what Ansible did, without running it each time, and of whole
 * roles, whose tasks the others have.
 */
const onlyByName = [
  'assert-and-fail',
  'blocks',
  'command-judged',
  'facts-and-meta',
  'lookups',
  'loops',
  'wild',
  'zz-ends',
];

/** Those of system tasks, or those that PLAYBOOKS names: file-link,cron,blocks. */
const wanted = process.env['PLAYBOOKS']?.split(',');
const names = readdirSync(fileURLToPath(new URL('playbooks', import.meta.url))).filter((file) => {
  const name = file.slice(0, -4);
  return file.endsWith('.yml') && (wanted === undefined ? !onlyByName.includes(name) : wanted.includes(name));
});
const reason = noAnsible ?? noWorld;
if (reason !== undefined) process.stderr.write(`Playbooks are not compared with Ansible: ${reason}\n`);

describe.skipIf(reason !== undefined)('as Ansible does it', () => {
  /** What each side came to with each playbook, twice. */
  const sides: { names: readonly string[]; ansible: readonly Outcome[]; ours: readonly Outcome[] }[] = [];
  const archive = readFileSync(fileURLToPath(new URL('playbooks/files/tree.tgz', import.meta.url)));
  const texts: Readonly<Record<string, string>> = {
    '/SHA256SUMS': `${'0'.repeat(64)}  other.txt\n${createHash('sha256').update('this is /summed.txt\n').digest('hex')} *./summed.txt\n`,
    '/keys': '# mine\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0Vq6UYPzJ3v3v8nVZLbXvUzAwo3qXw7l9e1jXGqv5n bob\n',
  };
  const web = createServer((request, response) => {
    response.setHeader('Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT');
    if (request.url === '/tree.tgz') response.end(archive);
    else if (request.url !== undefined && request.url in texts) response.end(texts[request.url]);
    else if (request.url === '/missing') response.writeHead(404).end();
    else if (request.headers['if-modified-since'] !== undefined) response.writeHead(304).end();
    else response.end(`this is ${request.url}\n`);
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
    const parts = [0, 1].map((part) => names.filter((_, index) => index % 2 === part));
    const runs = parts
      .filter((part) => part.length > 0)
      .map(async (part) => {
        const [ansible, ours] = await Promise.all([
          runTwice(part, url, runAnsible),
          runTwice(part, url, runOurs),
        ]);
        sides.push({ names: part, ansible, ours });
      });
    await Promise.all(runs);
    const told = (who: 'ansible' | 'ours') => {
      const outcomes = sides.flatMap((side) => side[who]);
      const tasks = outcomes.reduce((sum, one) => sum + one.told.length, 0);
      return `${tasks} tasks in ${outcomes.reduce((sum, one) => sum + one.seconds, 0).toFixed(1)} s`;
    };
    process.stderr.write(`Ansible: ${told('ansible')}; pvefleet: ${told('ours')}\n`);
  }, 600_000);
  afterAll(() => void web.close());

  test.each(names)('%s', (name) => {
    for (const round of [0, 1]) {
      for (const { names: own, ansible, ours } of sides) {
        if (!own.includes(name)) continue;
        const [theirs = [], mine = []] = [ansible, ours].map((outcomes) => outcomes[round]?.told ?? []);
        const ran = theirs.filter(({ file }) => file === name);
        expect(ran.length, `the last that ran was ${JSON.stringify(theirs.at(-1))}`).toBeGreaterThan(0);
        const [expected, got] = shownSideBySide(
          ran,
          mine.filter(({ file }) => file === name),
        );
        expect(got, `results of round ${round + 1}`).toEqual(expected);
      }
    }
  });

  test.each([1, 2])('the files are the same, round %i', (round) => {
    for (const side of sides) {
      const [ansible, ours] = [side.ansible, side.ours].map((outcomes) => outcomes[round - 1]?.tree);
      const paths = [...new Set([...(ansible?.keys() ?? []), ...(ours?.keys() ?? [])])];
      const unlike = paths.filter((path) => ansible?.get(path) !== ours?.get(path));
      const of = (tree: typeof ours) => Object.fromEntries(unlike.map((path) => [path, tree?.get(path)]));
      expect(of(ours)).toEqual(of(ansible));
    }
  });
});

/** Results as lines, with what debug shows, and what was said where they are unlike. A loop that was skipped whole is told by Ansible turn by turn. */
function shownSideBySide(
  ...both: readonly [readonly Told[], readonly Told[]]
): readonly (readonly string[])[] {
  const [one, other] = both.map((all) =>
    all.filter(
      ({ task, outcome }, index) =>
        outcome !== 'skipped' || all[index - 1]?.outcome !== 'skipped' || all[index - 1]?.task !== task,
    ),
  ) as [Told[], Told[]];
  const lines = (all: readonly Told[], against: readonly Told[]) =>
    all.map(({ task, outcome, message, diff }, index) => {
      const isTold = against[index]?.outcome !== outcome || (task === 'debug' && outcome !== 'skipped');
      return `${task}: ${outcome}${diff}${isTold ? ` (${message})` : ''}`;
    });
  return [lines(one, other), lines(other, one)];
}
