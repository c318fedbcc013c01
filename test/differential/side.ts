import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTree } from './read-tree.ts';
import { startWorld } from './world.ts';

/** How a task ended, or one turn of its loop. */
export interface Told {
  /** The playbook that it stands in. */
  readonly file: string;
  readonly task: string;
  readonly outcome: string;
  /** What was said, for people. */
  readonly message: string;
  /** With `diff`: texts before and after, as JSON. */
  readonly diff: string;
}

/** What a program is given to run. */
export interface Given {
  /** A playbook of all playbooks. */
  readonly site: string;
  readonly inventory: string;
  /** A directory of its own. */
  readonly directory: string;
}

export type Runner = (given: Given) => Promise<readonly Told[]>;

/** How a run ended, and what its world and its controller have then that they had not at first: path → what is there. */
export interface Outcome {
  readonly seconds: number;
  readonly told: readonly Told[];
  readonly tree: ReadonlyMap<string, string>;
}

const playbooks = fileURLToPath(new URL('playbooks', import.meta.url));

/** Runs playbooks twice in a world of their own. */
export async function runTwice(
  names: readonly string[],
  web: string,
  run: Runner,
): Promise<readonly Outcome[]> {
  const world = await startWorld();
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-differential-'));
  try {
    const [site, inventory, knownHosts, here] = ['site.yml', 'hosts.yml', 'known_hosts', 'here'].map((name) =>
      join(directory, name),
    ) as [string, string, string, string];
    const { port, user, keyFile, hostKeys } = world.server;
    await mkdir(here);
    await writeFile(site, names.map((name) => `- import_playbook: ${join(playbooks, name)}\n`).join(''));
    await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKeys[0]}\n`);
    const variables = {
      ansible_host: '127.0.0.1',
      ansible_port: port,
      ansible_user: user,
      ansible_ssh_private_key_file: keyFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts}`,
      ansible_python_interpreter: '/usr/local/sbin/python-with-ansible',
      web,
      here,
    };
    await writeFile(inventory, JSON.stringify({ all: { hosts: { world: variables } } }));
    const outcomes: Outcome[] = [];
    for (let round = 0; round < 2; round++) {
      const begun = performance.now();
      const told = await run({ site, inventory, directory });
      const seconds = (performance.now() - begun) / 1000;
      const places = { ...world.changed, 'here:': here };
      const tree = new Map(Object.entries(places).flatMap(([name, root]) => [...readTree(root, name)]));
      for (const path of tree.keys()) if (path.startsWith('/root/.ansible')) tree.delete(path);
      // The last of how many commands this is from is no matter.
      for (const file of ['passwd', 'group', 'shadow', 'gshadow']) tree.delete(`/etc/${file}-`);
      outcomes.push({ seconds, told, tree });
    }
    return outcomes;
  } finally {
    await world.stop();
    await rm(directory, { recursive: true });
  }
}
