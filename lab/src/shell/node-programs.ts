import { ip } from './ip.ts';
import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

const KILL_USAGE = 'kill: usage: kill [-s sigspec | -sigspec] pid ...';

/** Programs that tell of the node or its processes. */
export const nodePrograms: Readonly<Record<string, Program>> = {
  arch: () => done('x86_64\n'),
  hostname: ({ node, argv }) => {
    const { name } = node.machine;
    if (argv.some((word) => ['-f', '--fqdn'].includes(word))) {
      const line = (node.machine.files.read('/etc/hosts') ?? '')
        .split('\n')
        .find((each) => each.split(/\s+/).includes(name));
      return done(`${line?.split(/\s+/)[1] ?? name}\n`);
    }
    return done(`${name}\n`);
  },
  id: ({ argv, user }) => {
    const letters = argv.join('').replaceAll('-', '');
    const number = user === 'root' ? '0' : '1000';
    if (/[ug]/.test(letters)) return done(letters.includes('n') ? `${user}\n` : `${number}\n`);
    return done(['uid', 'gid', 'groups'].map((what) => `${what}=${number}(${user})`).join(' ') + '\n');
  },
  ip,
  kill: ({ node, argv }) => {
    const signal = argv.find((word) => word.startsWith('-')) ?? '-TERM';
    const pids = argv.filter((word) => /^\d+$/.test(word)).map(Number);
    if (pids.length === 0) return failed(KILL_USAGE, 2);
    const missing = pids.filter((pid) =>
      signal === '-0' ? node.machine.processes.get(pid) === undefined : !node.machine.processes.kill(pid),
    );
    return missing.length === 0
      ? done()
      : failed(missing.map((pid) => `kill: (${pid}) - No such process`).join('\n'));
  },
  logger: ({ node, argv, stdin }) => {
    const tag = argv[argv.indexOf('-t') + 1];
    const words = argv.filter(
      (word, at) => !word.startsWith('-') && !['-t', '-p'].includes(argv[at - 1] ?? ''),
    );
    const message = words.length === 0 ? stdin.trimEnd() : words.join(' ');
    const { files, clock, name } = node.machine;
    const stamp = new Date(clock() * 1000).toISOString().slice(0, 19);
    files.write(
      '/var/log/syslog',
      `${files.read('/var/log/syslog') ?? ''}${stamp} ${name} ${argv.includes('-t') ? tag : 'root'}: ${message}\n`,
    );
    return done();
  },
  nproc: ({ node }) => done(`${node.machine.traits.cpus}\n`),
  uname: ({ node, argv }) => {
    const { release } = node.kernel;
    const parts: Readonly<Record<string, string>> = {
      s: 'Linux',
      n: node.machine.name,
      r: release,
      v: '#1 SMP PREEMPT_DYNAMIC',
      m: 'x86_64',
      o: 'GNU/Linux',
    };
    const letters = argv.flatMap((word) => (word.startsWith('-') ? word.slice(1).split('') : []));
    const shown = letters.includes('a')
      ? Object.keys(parts)
      : letters.length === 0
        ? ['s']
        : Object.keys(parts).filter((key) => letters.includes(key));
    return done(`${shown.map((key) => parts[key]).join(' ')}\n`);
  },
  uptime: ({ node, argv }) => {
    if (argv.length > 0) return failed('uptime: the lab simulates it without options only');
    const { files, clock } = node.machine;
    const seconds = Number((files.read('/proc/uptime') ?? '0').split(' ')[0]);
    const [one, five, fifteen] = (files.read('/proc/loadavg') ?? '').split(' ');
    const days = Math.floor(seconds / 86_400);
    const minutes = Math.floor((seconds % 86_400) / 60);
    const up =
      minutes < 60
        ? `${minutes} min`
        : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
    const now = new Date(clock() * 1000).toISOString().slice(11, 19);
    const since = `${days === 0 ? '' : days === 1 ? '1 day, ' : `${days} days, `}${up}`;
    return done(` ${now} up ${since},  0 users,  load average: ${one}, ${five}, ${fifteen}\n`);
  },
  whoami: ({ user }) => done(`${user}\n`),
};
