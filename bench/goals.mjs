// The goals of docs/performance.md beside what was measured in this run. A ratio may miss its goal by 30 %: then it is "near".
const slack = 1.3;

const ratio = (suite, field, other) => (found) => {
  const own = found[suite]?.['pvefleet']?.[field]?.min;
  const theirs = found[suite]?.[other]?.[field]?.min;
  return own === undefined || theirs === undefined ? undefined : own / theirs;
};

/** CPU of one command more on an open connection. */
const warmCost = (found, who) => {
  const [few, many] = [found['warm 1']?.[who]?.cpu.min, found['warm 21']?.[who]?.cpu.min];
  return few === undefined || many === undefined ? undefined : (many - few) / (20 * 5);
};

const warmRatio = (other) => (found) => {
  const [own, theirs] = [warmCost(found, 'pvefleet'), warmCost(found, other)];
  return own === undefined || theirs === undefined ? undefined : own / theirs;
};

/** Milliseconds of wall time by millisecond of distance; the farther, the less the rest of the machine is in it. */
const slope = (found) => {
  const at = (distance) => found[`far ${distance}`]?.['pvefleet']?.wall.min;
  const distance = at(1000) === undefined ? 100 : 1000;
  const [near, distant] = [at(0), at(distance)];
  return near === undefined || distant === undefined ? undefined : (distant - near) / distance;
};

/** Milliseconds of our CPU for one task on one host. */
const taskCost = (suite, tasks) => (found) => {
  const own = found[suite]?.['pvefleet']?.cpu.min;
  return own === undefined ? undefined : own / tasks;
};

const started = (what) => (found) => {
  const [own, node] = [found['start']?.[what]?.cpu.min, found['start']?.['node -e 0']?.cpu.min];
  return own === undefined || node === undefined ? undefined : own / node;
};

/** Handshakes a second of CPU, from what 100 hosts take beyond 20. */
const handshakes = (found) => {
  const [few, many] = [found['cold 20']?.['pvefleet']?.cpu.min, found['cold 100']?.['pvefleet']?.cpu.min];
  return few === undefined || many === undefined ? undefined : (80 * 1000) / (many - few);
};

const goals = [
  ['G1', 'CPU, 100 hosts, against clush', 1 / 20, ratio('cold 100', 'cpu', 'clush, stock')],
  ['G1', 'CPU, 100 hosts, against clush on curve25519', 1 / 4, ratio('cold 100', 'cpu', 'clush, curve25519')],
  ['G1', 'CPU, 20 hosts, against clush on curve25519', 1 / 4, ratio('cold 20', 'cpu', 'clush, curve25519')],
  ['G1b', 'wall, 100 light hosts, against clush', 0.4, ratio('light 100', 'wall', 'clush, curve25519')],
  [
    'G1b',
    'wall, 100 light hosts, against xargs ssh',
    0.55,
    ratio('light 100', 'wall', 'xargs ssh, curve25519'),
  ],
  ['G1b', 'wall, 100 light hosts, against pdsh', 0.75, ratio('light 100', 'wall', 'pdsh, curve25519')],
  ['G2', 'wall, 200 hosts, against clush', 1 / 9, ratio('cold 200', 'wall', 'clush, stock')],
  [
    'G2',
    'wall, 200 hosts, against clush on curve25519',
    1 / 2,
    ratio('cold 200', 'wall', 'clush, curve25519'),
  ],
  ['G2', 'wall, 200 hosts, against pdsh on curve25519', 0.9, ratio('cold 200', 'wall', 'pdsh, curve25519')],
  ['G3', 'wall, 100 hosts, against ansible ping', 1 / 7, ratio('cold 100', 'wall', 'ansible ping')],
  ['G3', 'CPU, 100 hosts, against ansible ping', 1 / 25, ratio('cold 100', 'cpu', 'ansible ping')],
  ['G4', 'MB of memory at 200 hosts', 80, (found) => found['cold 200']?.['pvefleet']?.rss],
  ['G5', 'round trips of a cold command (by slope)', 4, slope],
  ['G5', 'wall at 100 ms, against ssh', 0.5, ratio('far 100', 'wall', 'ssh, curve25519')],
  ['G6', 'CPU of a warm command, against ssh', 1 / 10, warmRatio('xargs ssh, ControlPersist')],
  ['G6', 'CPU of a warm command, against clush', 1 / 20, warmRatio('clush, ControlPersist')],
  [
    'G7',
    'wall of facts, 10 hosts, against Ansible',
    1 / 11,
    ratio('facts 10', 'wall', 'ansible gather_facts'),
  ],
  ['G7', 'CPU of facts, 10 hosts', 1 / 12, ratio('facts 10', 'cpu', 'ansible gather_facts')],
  [
    'G7',
    'CPU of facts on the nodes, 10 hosts',
    1 / 14,
    ratio('facts 10', 'serverCpu', 'ansible gather_facts'),
  ],
  [
    'G7',
    'wall of facts, 50 hosts, against Ansible',
    1 / 25,
    ratio('facts 50', 'wall', 'ansible gather_facts'),
  ],
  ['G7', 'CPU of facts, 50 hosts', 1 / 24, ratio('facts 50', 'cpu', 'ansible gather_facts')],
  ...['wall', 'cpu', 'serverCpu'].flatMap((field, index) => [
    [
      'G8',
      `${field} of a converged play of 20 tasks, 10 hosts`,
      [1 / 60, 1 / 55, 1 / 120][index],
      ratio('play 10', field, 'ansible-playbook'),
    ],
    [
      'G8',
      `${field} of the same, against mitogen`,
      [1 / 25, 1 / 45, 1 / 14][index],
      ratio('play 10', field, 'ansible-playbook, mitogen'),
    ],
    ['G9', `${field} of the same, 50 hosts`, 1 / 150, ratio('play 50', field, 'ansible-playbook')],
  ]),
  ['G9', 'ms of CPU a task and host, 50 hosts', 0.7, taskCost('play 50', 50 * 20)],
  ['G10', '--version, times of node -e 0', 1.15, started('pvefleet --version')],
  ['G10', '--help', 1.15, started('pvefleet --help')],
  ['G10', 'usage error', 1.15, started('pvefleet exec (usage error)')],
  ['G10', 'exec, loaded', 2.2, started('pvefleet exec, loaded')],
  ['G12', 'cold handshakes a second of CPU', -300, handshakes],
];

/** One line a goal. A limit below zero is one to be reached, not kept under. */
export function judge(found) {
  return goals.flatMap(([id, what, limit, measured]) => {
    const value = measured(found);
    if (value === undefined) return [];
    const least = Math.abs(limit);
    const [good, close] =
      limit < 0 ? [value >= least, value * slack >= least] : [value <= limit, value <= limit * slack];
    const verdict = good ? 'reached' : close ? 'near' : 'MISSED';
    return [`  ${id.padEnd(4)} ${what.padEnd(48)} goal ${show(least)}  ${show(value)}  ${verdict}`];
  });
}

function show(value) {
  const text = value < 0.5 ? `1/${(1 / value).toFixed(1)}` : value < 10 ? value.toFixed(2) : value.toFixed(0);
  return text.padStart(7);
}
