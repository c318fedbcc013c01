import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, vi } from 'vitest';
import { plainFleet, readFleet } from '../../lab/src/fleet/definition.ts';
import type { Lab, LabOptions } from '../../lab/src/lab.ts';
import { startLab } from '../../lab/src/lab.ts';
import { runCli } from '../cli/run-cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly exit: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Fleet {
  readonly lab: Lab;
  /** A directory of the test's own: inventory, key, known_hosts, and what it writes. */
  readonly directory: string;
  readonly inventory: string;
  /** Runs the built command, without a terminal. */
  run(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<Ran>;
  /** The same in this process: quicker, for stories that are not about the process. */
  cli(args: readonly string[], options?: { readonly env?: Readonly<Record<string, string>> }): Promise<Ran>;
  /** Starts it, to be interrupted; `until` resolves when it has printed a text, `untilError` when on standard error. */
  start(args: readonly string[]): {
    until(text: string): Promise<void>;
    untilError(text: string): Promise<void>;
    interrupt(): void;
    /** As kill -9 does. */
    kill(): void;
    readonly ended: Promise<Ran>;
  };
  write(name: string, text: string): Promise<string>;
  /** Runs shell text on the first node, behind pvefleet's back; it must end well. */
  sh(command: string): Promise<void>;
  /** PVE commands that a node has run, by its own task log. */
  readonly tasks: (node: string) => number;
  file(node: string, path: string): string | undefined;
  /** Names in a folder of a node. */
  names(node: string, folder: string): readonly string[];
  /** Resolves when there is something in a folder of a node. */
  appears(node: string, folder: string): Promise<void>;
  /** Events of every run, from the journals. */
  journal(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** A lab behind real SSH, and the built pvefleet beside it; both end with the test. */
export async function openFleet(
  named?: string,
  labOptions: Pick<LabOptions, 'clock' | 'commands' | 'haSeconds'> = {},
  pve: '8' | '9' = '9',
): Promise<Fleet> {
  const fleet = named === undefined ? plainFleet(3, pve) : readFleet(named, pve);
  const lab = await startLab({ ...labOptions, fleet });
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-story-'));
  onTestFinished(async () => {
    await lab.close();
    await rm(directory, { recursive: true, force: true });
  });
  const key = join(directory, 'key');
  await writeFile(key, lab.clientKey.privateKey);
  await chmod(key, 0o600);
  await writeFile(join(directory, 'known_hosts'), lab.knownHostsText());
  const inventory = join(directory, 'lab.yml');
  await writeFile(inventory, lab.inventoryText(key, join(directory, 'known_hosts')));
  const machine = (node: string) => {
    const found = lab.nodes.find(({ host }) => host === node);
    if (found === undefined) throw new Error(`the lab has no ${node}`);
    return found.machine;
  };
  const spawn = (
    args: readonly string[],
    options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
  ) =>
    execa('node', [join(ROOT, 'bin', 'pvefleet.js'), ...args], {
      cwd: ROOT,
      reject: false,
      input: options.input ?? '',
      env: { PVEFLEET_INVENTORY: inventory, XDG_STATE_HOME: directory, NO_COLOR: '1', ...options.env },
    });
  return {
    lab,
    directory,
    inventory,
    async run(args, options) {
      const { exitCode, stdout, stderr } = await spawn(args, options);
      return { exit: exitCode, stdout, stderr };
    },
    async cli(args, options) {
      const env = { PVEFLEET_INVENTORY: inventory, XDG_STATE_HOME: directory, ...options?.env };
      const { code, stdout, stderr } = await runCli(args, env);
      return { exit: code, stdout: stdout.replace(/\n$/u, ''), stderr: stderr.replace(/\n$/u, '') };
    },
    start(args) {
      const child = spawn(args);
      const printing = (stream: typeof child.stdout): ((text: string) => Promise<void>) => {
        let printed = '';
        stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        return (text) =>
          new Promise((resolve) => {
            const look = (): void => {
              if (printed.includes(text)) resolve();
            };
            stream.on('data', look);
            look();
          });
      };
      return {
        until: printing(child.stdout),
        untilError: printing(child.stderr),
        interrupt: () => void child.kill('SIGINT'),
        kill: () => void child.kill('SIGKILL'),
        ended: child.then(({ exitCode, stdout, stderr }) => ({ exit: exitCode, stdout, stderr })),
      };
    },
    async write(name, text) {
      const path = join(directory, name);
      await writeFile(path, text);
      return path;
    },
    async sh(command) {
      const ran = await lab.nodes[0]?.shell({
        command,
        stdin: Buffer.alloc(0),
        env: { PATH: '/usr/bin', LC_ALL: 'C.UTF-8' },
        signal: new AbortController().signal,
      });
      expect(ran).toMatchObject({ exit: 0 });
    },
    tasks: (node) =>
      (machine(node).files.read('/var/log/pve/tasks/index') ?? '').split('\n').filter((line) => line !== '')
        .length,
    file: (node, path) => machine(node).files.read(path),
    names: (node, folder) => machine(node).files.list(folder),
    appears: (node, folder) =>
      vi.waitFor(() => expect(machine(node).files.list(folder)).not.toEqual([]), {
        timeout: 20_000,
        interval: 2,
      }),
    async journal() {
      const folder = join(directory, 'pvefleet');
      const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted();
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      return texts.flatMap((text) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { event: Record<string, unknown> }).event),
      );
    },
  };
}

/** The recap's rows by host. */
export function recap(stdout: string): Readonly<Record<string, string>> {
  const rows = stdout.slice(stdout.lastIndexOf('RECAP')).matchAll(/^(?<host>\S+)\s*: (?<counts>ok=.*)$/gmu);
  return Object.fromEntries([...rows].map(({ groups }) => [groups?.['host'], groups?.['counts']?.trimEnd()]));
}
