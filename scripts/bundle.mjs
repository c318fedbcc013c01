// Makes dist/command/: the program of bin/pvefleet.js in few files, for Node takes half a millisecond over each file
// that it loads, and a run needs five hundred. Commands stay files of their own, which are loaded when they are used.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

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

/** As deep as dist/cli/, since modules read files of the package by a path from their own. */
const target = join(root, 'dist', 'command');

export async function bundle() {
  const build = await rolldown({
    input: { main: join(root, 'src', 'cli', 'main.ts') },
    platform: 'node',
    external,
    plugins: [ssh2Binary],
    // Asked for by a part of ssh2 that then does not use it.
    transform: { define: { __dirname: 'import.meta.dirname' } },
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
  });
  rmSync(target, { recursive: true, force: true });
  const { output } = await build.write({ dir: target, format: 'esm', chunkFileNames: '[name]-[hash].js' });
  await build.close();
  writeFileSync(join(target, 'LICENSES'), licences(output.flatMap(({ moduleIds }) => moduleIds ?? [])));
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
