// Many SSH servers on loopback addresses, and what the contenders need to reach them.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { inGroup } from './measure.mjs';

const port = 22_022;

/** sshd has room for 16 ListenAddress lines. */
const addressesPerServer = 16;

const user = userInfo().username;

/**
 * Starts `count` servers of a kind ("openssh", "nodes": the same, each a machine of its own to the probe, or "dropbear", which is
 * the lighter one); each contender's files are beside them.
 */
export async function startServers(count, kind = 'openssh') {
  const directory = mkdtempSync(join(tmpdir(), 'pvefleet-bench-'));
  const file = (name) => join(directory, name);
  const home = file('home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  const hosts = Array.from({ length: count }, (_, index) => `127.77.${index >> 8}.${(index & 255) + 1}`);
  const hostKey = readFileSync(file('host.pub'), 'utf8').trim();
  writeFileSync(file('known_hosts'), hosts.map((host) => `[${host}]:${port},${host} ${hostKey}\n`).join(''));
  writeFileSync(join(home, '.ssh/known_hosts'), readFileSync(file('known_hosts')));
  const children =
    kind === 'dropbear' ? startDropbear(file, hosts) : startOpenssh(file, hosts, kind === 'nodes');
  await Promise.all(hosts.map((host) => answers(host)));
  const client = [
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${file('user')}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${file('known_hosts')}`,
    'StrictHostKeyChecking yes',
    'LogLevel ERROR',
    '',
  ].join('\n');
  writeFileSync(file('stock'), client);
  writeFileSync(file('curve'), `${client}KexAlgorithms curve25519-sha256\n`);
  writeFileSync(
    file('persist'),
    `${client}KexAlgorithms curve25519-sha256\nControlMaster auto\nControlPersist 60\nControlPath ${directory}/%h\n`,
  );
  writeFileSync(file('hosts'), `${hosts.join('\n')}\n`);
  const connection = `ansible_user=${user}\nansible_ssh_private_key_file=${file('user')}`;
  const inventory = (to) =>
    `[all:vars]\n${connection}\n[all]\n${to.map((one) => `${one.host} ansible_port=${one.port}\n`).join('')}`;
  writeFileSync(file('inventory'), inventory(hosts.map((host) => ({ host, port }))));
  return {
    hosts,
    home,
    port,
    file,
    inventory,
    stop: () => {
      children.forEach((child) => child.kill());
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function startOpenssh(file, hosts, areNodes) {
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const children = [];
  for (let at = 0; at < hosts.length; at += addressesPerServer) {
    const config = file(`sshd_${at}`);
    const listen = hosts.slice(at, at + addressesPerServer).map((host) => `ListenAddress ${host}:${port}`);
    const lines = [
      ...listen,
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('user.pub')}`,
      ...(areNodes ? [] : [`SetEnv HOME=${file('home')}`]),
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'PidFile none',
      'MaxStartups 1000',
      'LogLevel QUIET',
      'Subsystem sftp internal-sftp',
      ...(areNodes ? hosts.slice(at, at + addressesPerServer) : []).flatMap((host) => [
        `Match LocalAddress ${host}`,
        `SetEnv HOME=${file('home')} PVEFLEET_ROOT=${makeNode(file, host)}`,
      ]),
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    children.push(start(['/usr/sbin/sshd', '-D', '-f', config]));
  }
  return children;
}

/** A root directory that is this machine's, but for its name and its boot. */
function makeNode(file, host) {
  const root = join(file('nodes'), host);
  mkdirSync(join(root, 'proc/sys/kernel/random'), { recursive: true });
  writeFileSync(join(root, 'proc/sys/kernel/hostname'), `node-${host.replaceAll('.', '-')}\n`);
  writeFileSync(join(root, 'proc/sys/kernel/random/boot_id'), `boot of ${host}\n`);
  writeFileSync(join(root, 'proc/sys/kernel/osrelease'), '6.17.13-1-pve\n');
  for (const name of ['cpuinfo', 'meminfo', 'mounts', 'net', 'uptime'])
    symlinkSync(`/proc/${name}`, join(root, 'proc', name));
  for (const name of ['etc', 'run', 'sys', 'var']) symlinkSync(`/${name}`, join(root, name));
  return root;
}

/** Dropbear takes the keys of the user's home, so it runs with a home of its own. */
function startDropbear(file, hosts) {
  execFileSync('dropbearconvert', ['openssh', 'dropbear', file('host'), file('dropbear_host')], {
    stdio: 'ignore',
  });
  chmodSync(file('home'), 0o700);
  writeFileSync(join(file('home'), '.ssh/authorized_keys'), readFileSync(file('user.pub')), { mode: 0o600 });
  const children = [];
  // It has room for 10 addresses.
  for (let at = 0; at < hosts.length; at += 10) {
    const listen = hosts.slice(at, at + 10).flatMap((host) => ['-p', `${host}:${port}`]);
    const args = ['-F', '-s', '-D', join(file('home'), '.ssh'), '-r', file('dropbear_host'), ...listen];
    children.push(start(['dropbear', ...args]));
  }
  return children;
}

function start(argv) {
  const [command, ...args] = inGroup('servers', argv);
  return spawn(command, args, { stdio: 'ignore' });
}

async function answers(host) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const there = await new Promise((resolve) => {
      const socket = connect({ host, port });
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.once('data', () => socket.destroy());
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers on ${host}:${port}`);
}
