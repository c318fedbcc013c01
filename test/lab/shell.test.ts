import { describe, expect, it } from 'vitest';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';

const { nodes } = simulateCluster({
  name: 'lab',
  nodes: [
    { name: 'pve1', ip: '10.10.10.11' },
    { name: 'pve2', ip: '10.10.10.12' },
  ],
});

/** Standard output, standard error and exit code of shell text on pve1. */
async function sh(command: string): Promise<[string, string, number]> {
  const [node] = nodes;
  if (node === undefined) throw new Error('no node');
  const shell = createShell(node, new Map());
  const ran = await shell({
    command,
    stdin: Buffer.alloc(0),
    env: ROOT_ENV,
    signal: new AbortController().signal,
  });
  return [ran.stdout.toString(), ran.stderr.toString(), ran.exit];
}

it('runs a command while it holds a lock file, as flock does', async () => {
  expect(await sh("flock -w 1 /run/lock/x sh -c 'echo $1' me you")).toEqual(['you\n', '', 0]);
  expect(await sh('flock /run/lock/x false')).toEqual(['', '', 1]);
  expect(await sh('flock -w 0 /run/lock/x flock -w 0 /run/lock/x true')).toEqual(['', '', 1]);
  expect((await sh('flock -w 0 /run/lock/x flock -E 75 -w 0 /run/lock/x true'))[2]).toBe(75);
  expect((await sh('flock -u 9'))[1]).toBe('flock: the lab does not simulate -u\n');
});

it('ends a script that never pauses, so that the lab goes on', async () => {
  const [node] = nodes;
  if (node === undefined) throw new Error('no node');
  const { stderr, exit } = await createShell(
    node,
    new Map(),
    20,
  )({
    command: 'while :; do :; done',
    stdin: Buffer.alloc(0),
    env: ROOT_ENV,
    signal: new AbortController().signal,
  });
  expect(stderr.toString()).toContain('kept the lab busy for 0.02 s without a pause, and was ended\n');
  expect(exit).not.toBe(0);
});

describe('what a file cannot take', () => {
  it('fails a redirection, the rest runs on, and the run has failed', async () => {
    expect(await sh('echo x > /nowhere/y; echo on')).toEqual([
      'on\n',
      'bash: /nowhere/y: No such file or directory\n',
      1,
    ]);
    expect(await sh('echo x > /etc/pve/.members')).toEqual([
      '',
      'bash: /etc/pve/.members: Permission denied\n',
      1,
    ]);
  });

  it('fails a program in its own words', async () => {
    expect(await sh('touch /proc/1/x')).toEqual([
      '',
      "touch: cannot touch '/proc/1/x': Permission denied\n",
      1,
    ]);
    expect((await sh('mkdir /etc/pve/nodes'))[2]).toBe(1);
  });
});

describe('tail', () => {
  it('tells the last so many from all beyond', async () => {
    const text = `printf 'one\\ntwo\\nthree\\n' >/tmp/t;`;
    expect((await sh(`${text} tail -c +5 /tmp/t`))[0]).toBe('two\nthree\n');
    expect((await sh(`${text} tail -c 6 /tmp/t`))[0]).toBe('three\n');
    expect((await sh(`${text} tail -n +2 </tmp/t`))[0]).toBe('two\nthree\n');
    expect((await sh(`${text} tail -1 /tmp/t`))[0]).toBe('three\n');
  });
});

describe('files', () => {
  it('are moved and copied over others, by one name or through a link', async () => {
    expect(await sh('cd /root; echo 1 > a; echo 2 > b; mv a b; cat b; cp b c; cp b c; cat c; ls a')).toEqual([
      '1\n1\n',
      "ls: cannot access 'a': No such file or directory\n",
      2,
    ]);
    expect(
      await sh(
        'echo name: x > /etc/pve/local/qemu-server/9.conf; readlink -f /etc/pve/qemu-server/9.conf; rm /etc/pve/qemu-server/9.conf',
      ),
    ).toEqual(['/etc/pve/nodes/pve1/qemu-server/9.conf\n', '', 0]);
  });

  it('have owners and modes', async () => {
    expect(
      await sh('stat -c "%a %U %G %F %n" /etc/pve/storage.cfg /etc/pve/priv /etc/pve/local /etc/hostname'),
    ).toEqual([
      '640 root www-data regular file /etc/pve/storage.cfg\n700 root www-data directory /etc/pve/priv\n' +
        '755 root www-data symbolic link /etc/pve/local\n644 root root regular file /etc/hostname\n',
      '',
      0,
    ]);
    expect(
      (
        await sh(
          'mkdir -m 700 /run/a; install -d -m 750 /run/b; echo x | install -m 600 /dev/stdin /run/b/f; chmod 711 /run/a; stat -c %a /run/a /run/b /run/b/f',
        )
      )[0],
    ).toBe('711\n750\n600\n');
  });

  it('are hashed by their true bytes', async () => {
    expect(
      await sh("printf 'abc' > /root/abc; sha1sum /root/abc; sha1sum < /root/abc; sha1sum /nope"),
    ).toEqual([
      'a9993e364706816aba3e25717850c26c9cd0d89d  /root/abc\na9993e364706816aba3e25717850c26c9cd0d89d  -\n',
      'sha1sum: /nope: No such file or directory\n',
      1,
    ]);
  });
});

describe('programs that just-bash lacks', () => {
  it.each([
    ['hostname; hostname -f', 'pve1\npve1.lab.internal\n'],
    ['id -u; whoami', '0\nroot\n'],
    ['uname -sn', 'Linux pve1\n'],
    [
      "tr '\\0' ' ' < /proc/1/cmdline; echo ab-12 | tr 'a-z-' 'A-Z_'; echo aabb | tr -s ab; echo a1 | tr -d '[:digit:]'",
      '/sbin/init AB_12\nab\na\n',
    ],
    ['kill -0 1 && echo alive; kill -0 4000000 2>/dev/null || echo dead', 'alive\ndead\n'],
    ['echo hi > /dev/null; cat < /dev/null; wc -c < /dev/null | tr -d " "', '0\n'],
    ['logger -t pvefleet run=1; tail -n 1 /var/log/syslog | cut -d " " -f 2-', 'pve1 pvefleet: run=1\n'],
    ['systemctl is-active pve-cluster corosync nosuch', 'active\nactive\ninactive\n'],
    ['ip -j link | grep -o \'"ifname":"[a-z0-9]*"\'', '"ifname":"lo"\n"ifname":"nic0"\n"ifname":"vmbr0"\n'],
  ])('%s', async (command, stdout) => {
    expect((await sh(command))[0]).toBe(stdout);
  });

  it('are refused where they are not simulated', async () => {
    expect(await sh('systemctl isolate rescue')).toEqual([
      '',
      "systemctl: the lab does not simulate 'isolate'\n",
      1,
    ]);
  });
});
