import { spawn } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import type { Exec } from '../../src/apply/exec.ts';
import { ok } from '../../src/diagnostic.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { createKnowledge } from '../../src/playbook/knowledge.ts';
import { firstReads } from '../../src/playbook/first-reads.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { messages, results, runLoaded, valueOf } from './run-on-lab.ts';

/** Runs shell text here, whichever host it is for. */
const here: Exec = (_host, script, { stdin } = {}) =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', script]);
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk: Buffer) => void output.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => void output.stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(typeof stdin === 'string' || Buffer.isBuffer(stdin) ? stdin : '');
    child.on('close', (exit) =>
      resolve(
        ok<Finished>({ exit, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) }),
      ),
    );
  });

// Few names, some of them ways to the same: what one task changes another looks at.
const name = fc.constantFrom('a', 'dir/c', 'link/c', 'way/c', 'dir', 'link');
const text = fc.constantFrom('one\n', 'two\n');
const mode = fc.constantFrom('0600', '0755');
const at = (path: string): string => `{{ root }}/${path}`;

const change: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ dest: name.map(at), content: text, mode, follow: fc.boolean() }).map((copy) => ({ copy })),
  fc
    .record({ path: name.map(at), line: fc.constantFrom('one', 'three'), create: fc.boolean() })
    .map((lineinfile) => ({ lineinfile })),
  fc
    .record({ path: name.map(at), state: fc.constantFrom('absent', 'directory', 'touch'), mode })
    .map((file) => ({ file })),
  fc
    .record({
      path: name.map(at),
      src: name.map(at),
      state: fc.constantFrom('link', 'hard'),
      force: fc.constant(true),
    })
    .map((file) => ({ file })),
  fc.tuple(name, name, name).map(([creates, from, to]) => ({
    shell: { cmd: `mv -T ${at(from)} ${at(to)}`, creates: at(`new/${creates}`) },
    failed_when: false,
  })),
);

/** A change where it is wanted, then what is there, said aloud. */
const step = fc
  .record({
    change,
    seen: name,
    when: fc.option(fc.constantFrom('seen.stat.exists | default(false)', 'role is defined'), {
      nil: undefined,
      freq: 3,
    }),
    delegate: fc.option(fc.constantFrom('pve1', 'pve2'), { nil: undefined, freq: 5 }),
  })
  .map(({ change: one, seen, when, delegate }) => [
    {
      ...one,
      ignore_errors: true,
      // One after the other: here both hosts are one and the same.
      throttle: 1,
      ...(when !== undefined && { when }),
      ...(delegate !== undefined && { delegate_to: delegate }),
    },
    { stat: { path: at(seen) }, register: 'seen' },
    { debug: { msg: SEEN } },
  ]);

const SEEN =
  '{{ seen.stat.mode | default("") }} {{ seen.stat.checksum | default("") }} {{ seen.stat.nlink | default("") }} {{ seen.stat.lnk_source | default("") }}';

/** What there is below a directory, times left out. */
async function treeOf(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  return Promise.all(
    names.toSorted().map(async (each) => {
      const path = join(directory, each);
      const status = await lstat(path);
      const what = status.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : status.isFile()
          ? await readFile(path, 'utf8')
          : '';
      return `${each} ${status.mode.toString(8)} ${what}`;
    }),
  );
}

/** Runs a play where these files are, in one place and the other; gives all that can be seen of it. */
async function outcomeOf(root: string, play: string, how: 'ahead' | 'one by one') {
  await mkdir(join(root, 'dir'), { recursive: true });
  await writeFile(join(root, 'a'), 'one\n');
  await writeFile(join(root, 'dir/c'), 'two\n');
  await symlink('dir', join(root, 'link'));
  await symlink('link', join(root, 'way'));
  const inventory = valueOf(
    parseInventory(`all: { hosts: { pve1: { role: first }, pve2: {} }, vars: { root: ${root} } }`, 'lab.yml'),
  );
  const playbook = valueOf(parsePlaybook(play, 'site.yml'));
  const begun = {
    inventory,
    hosts: valueOf(playHosts(playbook, inventory, inventory.nodes, {})),
    check: false,
    diff: false,
    tags: { only: [], skip: [] },
    extraVars: {},
    prompted: {},
    directory: '.',
  };
  let execs = 0;
  const exec: Exec = (host, script, options) => {
    execs++;
    return here(host, script, options);
  };
  const first = firstReads(playbook, begun);
  const said = new Map<string, Buffer>();
  for (const host of how === 'ahead' ? ['pve1', 'pve2'] : []) {
    const script = first.scriptFor(host);
    const answer = script === undefined ? undefined : await exec(host, script);
    if (answer?.ok) said.set(host, answer.value.stdout);
  }
  const known = how === 'ahead' ? first.known(said) : { ...createKnowledge(), find: () => undefined };
  const ran = await runLoaded(playbook, { ...begun, survey: labSurvey(), exec, known });
  const seen = [...results(ran), ...messages(ran)].map((line) => line.replaceAll(root, '/root'));
  return { execs, seen: [...seen, ...(await treeOf(root))].map((line) => line.replaceAll(root, '/root')) };
}

test('a play comes to the same with reading ahead and without, and leaves the same behind', async () => {
  let [ahead, alone] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
      const play = stringify([{ hosts: 'all', tasks: steps.flat() }]);
      const directory = await mkdtemp(join(tmpdir(), 'pvefleet-play-'));
      try {
        const read = await outcomeOf(join(directory, 'x'), play, 'ahead');
        const plain = await outcomeOf(join(directory, 'y'), play, 'one by one');
        expect(read.seen).toEqual(plain.seen);
        ahead += read.execs;
        alone += plain.execs;
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: 6 },
  );
  expect(ahead).toBeLessThan(alone);
});
