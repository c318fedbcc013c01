import { execFileSync } from 'node:child_process';
import { chmod, mkdir, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CountingServer } from '../counting-server.ts';
import { startCountingServer } from '../counting-server.ts';
import { runCli } from './run-cli.ts';

/** Twenty tasks: files, texts, directories, links, packages, units, conditions and templates of facts. */
const TASKS = `
    - copy: { dest: "{{ root }}/motd", content: "hello {{ inventory_hostname }}\\n", mode: "0644" }
    - copy: { dest: "{{ root }}/kernel", content: "{{ ansible_kernel }}\\n", mode: "0644" }
    - template: { src: banner.j2, dest: "{{ root }}/issue", mode: "0644" }
    - file: { path: "{{ root }}/srv/a/b", state: directory, mode: "0750" }
    - file: { path: "{{ root }}/srv/a/link", src: "{{ root }}/srv/a/b", state: link }
    - lineinfile: { path: "{{ root }}/hosts", line: "10.0.0.9 nine", create: true }
    - lineinfile: { path: "{{ root }}/hosts", line: "10.0.0.10 ten" }
    - blockinfile: { path: "{{ root }}/hosts", block: "10.0.0.11 eleven\\n10.0.0.12 twelve" }
    - replace: { path: "{{ root }}/hosts", regexp: "nothing of this", replace: "x" }
    - copy: { dest: "{{ root }}/{{ item }}", content: "{{ item }}\\n" }
      loop: [one, two, three]
    - stat: { path: "{{ root }}/motd" }
      register: motd
    - assert: { that: ["motd.stat.mode == '0644'"] }
    - file: { path: "{{ root }}/never", state: absent }
      when: not motd.stat.exists
    - apt: { name: [htop, chrony] }
    - service: { name: chrony, state: started, enabled: true }
    - command: { cmd: "touch {{ root }}/made", creates: "{{ root }}/made" }
    - slurp: { src: "{{ root }}/motd" }
    - set_fact: { said: "{{ motd.stat.size }}" }
    - block:
        - file: { path: "{{ root }}/hosts", state: file, mode: "0644" }
          when: ansible_os_family == "Debian"
    - include_tasks: more.yml
`;
const MORE = `- file: { path: "{{ root }}/included", state: directory }\n`;

const PROGRAMS = {
  'dpkg-query': `printf 'htop amd64 installed 3.4.1-5\\nchrony amd64 installed 4.6\\n'`,
  systemctl: `[ "$1" = show ] && printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\n'`,
};

let directory: string;
let server: CountingServer;
let inventory: string;

const HOSTS = Array.from({ length: 50 }, (_, index) => `h${index + 1}`);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-ahead-'));
  const programs = join(directory, 'bin');
  await mkdir(programs);
  for (const [name, text] of Object.entries(PROGRAMS)) {
    await writeFile(join(programs, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(programs, name), 0o755);
  }
  server = await startCountingServer(directory, HOSTS, programs);
  const knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${server.port} ${server.hostKey}\n`);
  inventory = join(directory, 'hosts.yml');
  const hosts = HOSTS.map((name) => `    ${name}: { ansible_user: ${name}, root: ${server.root(name)} }\n`);
  await writeFile(
    inventory,
    `all:\n  hosts:\n${hosts.join('')}  vars:\n    ansible_host: 127.0.0.1\n    ansible_port: ${server.port}\n    ansible_ssh_private_key_file: ${server.keyFile}\n    ansible_ssh_common_args: -o UserKnownHostsFile=${knownHosts}\n`,
  );
  await writeFile(join(directory, 'banner.j2'), 'Node {{ ansible_hostname }}\n');
  await writeFile(join(directory, 'more.yml'), MORE);
  await writeFile(join(directory, 'site.yml'), `- hosts: all\n  tasks:\n${TASKS}`);
  await converge();
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Whether the probe takes a host for a node of PVE: only such a one has a lock, which is taken by what changes something. */
const bePve = (hosts: readonly string[], is: boolean): Promise<unknown> =>
  Promise.all(
    hosts.map((host) =>
      writeFile(join(server.root(host), 'proc/mounts'), is ? '/dev/fuse /etc/pve fuse rw 0 0\n' : '\n'),
    ),
  );

async function run(args: readonly string[], file = 'site.yml') {
  const ran = await runCli(['run', join(directory, file), '-i', inventory, '-f', '30', ...args]);
  return { ...ran, asked: server.asked() };
}

/** Brings the first host to what the playbook wants, and makes the others like it. */
async function converge(): Promise<void> {
  await bePve(HOSTS, false);
  const [first = '', ...others] = HOSTS;
  const ran = await run(['-l', first]);
  expect(ran.stdout).toMatch(/h1 : ok=20 changed=11 unreachable=0 failed=0 skipped=1/u);
  const [from, kernel] = [server.root(first), await readFile(join(server.root(first), 'kernel'))];
  await Promise.all(
    others.map(async (host) => {
      const root = server.root(host);
      await mkdir(join(root, 'srv/a/b'), { recursive: true, mode: 0o750 });
      await mkdir(join(root, 'included'));
      await symlink(join(root, 'srv/a/b'), join(root, 'srv/a/link'));
      await writeFile(join(root, 'motd'), `hello ${host}\n`);
      await writeFile(join(root, 'issue'), `Node ${host}\n`);
      await writeFile(join(root, 'kernel'), kernel);
      for (const name of ['hosts', 'one', 'two', 'three', 'made'])
        await copyFile(join(from, name), join(root, name));
    }),
  );
}

const counts = (hosts: readonly string[], execs: number) =>
  Object.fromEntries(hosts.map((host) => [host, { connections: 1, execs, sftp: 0 }]));

test('a no-op deploy of 20 tasks to 50 nodes: one connection, one exec a node, no SFTP', async () => {
  await bePve(HOSTS, true);
  const ran = await run([]);
  expect(ran.asked).toEqual(counts(HOSTS, 1));
  expect(ran.stdout).toContain('h[1-50] : ok=20 changed=0 unreachable=0 failed=0 skipped=1\n');
  expect(ran.code).toBe(0);
});

test('the same to see what would change, and how', async () => {
  await writeFile(join(server.root('h2'), 'one'), 'other\n');
  const ran = await run(['-l', 'h1,h2', '--check', '--diff']);
  expect(ran.asked).toEqual(counts(['h1', 'h2'], 1));
  expect(ran.stdout).toContain('-other\n');
  await writeFile(join(server.root('h2'), 'one'), 'one\n');
});

test('a changed task reads again what it touched, and nothing else', async () => {
  await bePve(['h1', 'h2'], false);
  await writeFile(join(server.root('h1'), 'one'), 'other\n');
  const ran = await run(['-l', 'h1,h2']);
  // What there is, the file once more, its change, and the head of the journal at the end.
  expect(ran.asked).toEqual({ ...counts(['h1'], 4), ...counts(['h2'], 1) });
  expect(ran.stdout).toContain('h1 : ok=20 changed=1 ');
  expect(await readFile(join(server.root('h1'), 'one'), 'utf8')).toBe('one\n');
});

test('after what nobody can foresee all is read again, in one exec; what comes after it is not read before', async () => {
  await writeFile(
    join(directory, 'command.yml'),
    `- hosts: h1
  tasks:
    - stat: { path: "{{ root }}/motd" }
    - shell: echo new > {{ root }}/by-hand
    - stat: { path: "{{ root }}/by-hand" }
      register: made
    - assert: { that: made.stat.exists }
    - stat: { path: "{{ root }}/motd" }
    - stat: { path: "{{ root }}/one" }
`,
  );
  const ran = await run(['-l', 'h1'], 'command.yml');
  expect(ran.stdout).toContain('h1 : ok=6 changed=1 ');
  expect(ran.asked).toEqual(counts(['h1'], 4));
});

test('what was fetched, unpacked and copied on the node already is known from the one exec', async () => {
  const root = server.root('h1');
  execFileSync('sh', ['-c', 'mkdir -p app/bin out tree; echo x > app/bin/x; tar -czf app.tgz app'], {
    cwd: root,
  });
  await writeFile(
    join(directory, 'fetched.yml'),
    `- hosts: h1
  tasks:
    - fetch: { src: "{{ root }}/motd", dest: fetched }
    - unarchive: { src: "{{ root }}/app.tgz", dest: "{{ root }}/out", remote_src: true, mode: "u=rwX,go=rX" }
    - copy: { src: "{{ root }}/app", dest: "{{ root }}/tree", remote_src: true }
    - unarchive: { src: none.tgz, dest: "{{ root }}/out", creates: "{{ root }}/out/app" }
    - stat: { path: "{{ root }}/motd" }
`,
  );
  const first = await run(['-l', 'h1'], 'fetched.yml');
  expect(first.stdout).toContain('h1 : ok=4 changed=3 unreachable=0 failed=0 skipped=1');
  const again = await run(['-l', 'h1'], 'fetched.yml');
  expect(again.stdout).toContain('h1 : ok=4 changed=0 unreachable=0 failed=0 skipped=1');
  expect(again.asked).toEqual(counts(['h1'], 1));
});

test('plays after one another are read at once; another user is asked on its own', async () => {
  await writeFile(
    join(directory, 'plays.yml'),
    `- hosts: h1
  tasks:
    - stat: { path: "{{ root }}/motd" }
- hosts: h1,h2
  become: true
  become_user: "{{ inventory_hostname }}"
  tasks:
    - stat: { path: "{{ root }}/motd" }
`,
  );
  const ran = await run(['-l', 'h1,h2'], 'plays.yml');
  expect(ran.asked).toEqual(counts(['h1', 'h2'], 1));
});
