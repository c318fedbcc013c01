// Makes dist/command/: the program of bin/pvefleet.js in few files, for Node takes half a millisecond over each file
// that it loads, and a run of a playbook needs five hundred modules. What only some commands need stays in files of its
// own, which are loaded when they are used.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

/**
 * What is loaded together, of src/, each with all that it imports and that no part before it has. That it holds all of
 * it keeps parts from importing each other in a circle.
 */
const parts = [
  // Every command line: also one that is wrong, or asks for help, is not to load more than this.
  {
    name: 'start',
    entries: [
      'cli/dispatch',
      'cli/exec-request',
      'cli/exit-code',
      'cli/flags',
      'cli/hide-secrets',
      'cli/parse-flags',
      'cli/print-diagnostics',
      'cli/settings',
      'guest-acts/act-table',
    ],
  },
  // Nodes, over SSH.
  {
    name: 'nodes',
    entries: [
      'cli/connect',
      'cli/exec-on-fleet',
      'cli/known-secrets',
      'cli/open-inventory',
      'inventory/read-ini',
      'journal/signer',
      'transports/ssh',
    ],
  },
  // What is there, and plans.
  {
    name: 'plans',
    entries: [
      'cli/brakes',
      'cli/document-argument',
      'cli/exec-by-host',
      'cli/read-survey',
      'cli/show-plan',
      'cli/survey-nodes',
      'cli/write-report',
      'documents/load-document',
      'documents/plan-document',
      'documents/read-document',
      'inventory/ansible-yaml',
      'plan/brakes',
    ],
  },
  // Changes.
  {
    name: 'changes',
    entries: [
      'apply/cluster-locks',
      'apply/exec-along',
      'cli/apply-document',
      'cli/apply-input',
      'cli/run-locks',
    ],
  },
  // Playbooks.
  {
    name: 'plays',
    entries: [
      'cli/ask-prompts',
      'cli/fleet-of-plays',
      'cli/read-playbook',
      'cli/run-on-fleet',
      'cli/run-report',
      'playbook/check-defined',
      'playbook/check-fixed',
      'playbook/first-reads',
      'playbook/list-playbook',
      'playbook/run',
      'template/render',
    ],
  },
];

/** These load a file from beside their own. */
const external = ['minijinja-js', 'cpu-features'];

/** What ssh2 has compiled where it was installed, if it could be; it goes on without. */
const ssh2Binary = {
  name: 'ssh2-binary',
  resolveId: (source) =>
    source.endsWith('/sshcrypto.node')
      ? { id: join('ssh2/lib/protocol', source), external: true }
      : undefined,
};

/** Of ssh2, what only those need who serve SSH or tunnel HTTP; loading it takes Node's own HTTP and TLS as well. */
const unused = /[\\/]ssh2[\\/]lib[\\/](?:http-agents|keygen|server)\.js$/u;

const withoutUnused = {
  name: 'without-unused',
  load: { filter: { id: unused }, handler: () => 'module.exports = {};' },
};

/** As deep as dist/cli/, since modules read files of the package by a path from their own. */
const target = join(root, 'dist', 'command');

/** Makes all of it anew. */
export default async function bundle() {
  const modulesOf = new Map();
  const build = await rolldown({
    input: Object.fromEntries(
      ['load-program', 'main'].map((name) => [name, join(root, 'src', 'cli', `${name}.ts`)]),
    ),
    platform: 'node',
    external,
    plugins: [ssh2Binary, withoutUnused, readParts(modulesOf)],
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
  });
  const groups = parts.map(({ name }, index) => ({
    name,
    priority: parts.length - index,
    test: (id) => modulesOf.get(name).has(id),
  }));
  rmSync(target, { recursive: true, force: true });
  const { output } = await build.write({
    dir: target,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    // What V8 compiled of a file is kept under its name (src/cli/load-program.ts).
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: { groups },
  });
  await build.close();
  writeFileSync(join(target, 'LICENSES'), licences(output.flatMap(({ moduleIds }) => moduleIds ?? [])));
}

/** Notes the modules of each part, once all of the program is read. */
const readParts = (modulesOf) => ({
  name: 'read-parts',
  buildEnd(error) {
    if (error) return;
    for (const { name, entries } of parts) modulesOf.set(name, needs(this, entries));
  },
});

/** The modules that entries import at once, themselves among them. */
function needs(program, entries) {
  const found = new Set(entries.map((entry) => join(root, 'src', `${entry}.ts`)));
  for (const path of found) {
    const module = program.getModuleInfo(path);
    if (module === null)
      throw new Error(`scripts/bundle.mjs names ${path}, which the program does not import`);
    for (const id of module.importedIds) found.add(id);
  }
  return found;
}

/** Of the packages that are in the files, as their licences ask for. */
function licences(modules) {
  const packages = modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(path) ?? []);
  return [...new Set(packages)]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((directory) => {
      const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      const file = readdirSync(directory).find((entry) => /^licen[cs]e/iu.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence file, so it can't be bundled`);
      return `${name}\n\n${readFileSync(join(directory, file), 'utf8')}`;
    })
    .join('\n\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundle();
