// A playbook of 20 tasks, and hosts that are as it wants them; the files of each are below a directory of its own.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));

const text = (name) => Array.from({ length: 20 }, (_, line) => `${name} ${line}: value of it\n`).join('');

/** Files with their text, templates, directories, lines in a file: what a configured machine has most of. */
function tasks() {
  const root = '{{ root }}/{{ inventory_hostname }}';
  const copies = [1, 2, 3, 4, 5, 6].map((n) => ({
    copy: { src: `file${n}`, dest: `${root}/file${n}`, mode: '0644' },
  }));
  const templates = [1, 2, 3, 4].map((n) => ({
    template: {
      src: `template${n}.j2`,
      dest: `${root}/template${n}`,
      mode: '0640',
      owner: 'root',
      group: 'root',
    },
  }));
  const directories = [1, 2, 3].map((n) => ({
    file: { path: `${root}/directory${n}`, state: 'directory', mode: '0755' },
  }));
  const lines = [1, 2, 3].map((n) => ({
    lineinfile: { path: `${root}/lines`, line: `line ${n}`, create: true, mode: '0644' },
  }));
  return [
    ...copies,
    ...templates,
    ...directories,
    ...lines,
    { blockinfile: { path: `${root}/lines`, block: 'one\ntwo\n', mode: '0644' } },
    { file: { src: `${root}/file1`, dest: `${root}/link`, state: 'link' } },
    { stat: { path: `${root}/file1` }, register: 'first' },
    { assert: { that: ['first.stat.exists'] }, when: 'first.stat.isreg' },
  ];
}

/** Writes the playbook and makes the hosts like it; gives its path. */
export function preparePlay(fleet) {
  const root = fleet.file('trees');
  const [first, ...others] = fleet.hosts;
  mkdirSync(join(root, first), { recursive: true });
  for (const n of [1, 2, 3, 4, 5, 6]) writeFileSync(fleet.file(`file${n}`), text(`file${n}`));
  for (const n of [1, 2, 3, 4])
    writeFileSync(fleet.file(`template${n}.j2`), `${text(`template${n}`)}family {{ ansible_os_family }}\n`);
  const playbook = fleet.file('site.yml');
  // JSON is YAML.
  writeFileSync(playbook, JSON.stringify([{ hosts: 'all', vars: { root }, tasks: tasks() }]));
  const env = { ...process.env, HOME: fleet.home, XDG_STATE_HOME: fleet.file('state') };
  execFileSync('node', [cli, 'run', playbook, '-i', fleet.file('inventory'), '-l', first], { env });
  // A link is made for each: it leads into the host's own tree.
  for (const other of others)
    cpSync(join(root, first), join(root, other), {
      recursive: true,
      filter: (path) => !path.endsWith('/link'),
    });
  execFileSync('node', [cli, 'run', playbook, '-i', fleet.file('inventory'), '-f', '20'], { env });
  return playbook;
}
