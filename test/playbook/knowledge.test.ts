import { expect, test } from 'vitest';
import type { Answer } from '../../src/actions/host/answers.ts';
import type { HostRead } from '../../src/actions/host/facts.ts';
import { touchesSurvey } from '../../src/actions/host/touches.ts';
import { createKnowledge } from '../../src/playbook/knowledge.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const status = (mode: string, links: number): string => `${mode} 0 0 1 7 1 ${links} 0 0 0 root root`;

/** What a host says of a path: a file, a directory, nothing, or a link. */
function said(path: string, is: 'file' | 'directory' | 'nothing', real = path, links = 1): Answer {
  const what = is === 'file' ? status('81a4', links) : status('41ed', links);
  return [
    ...(real === path ? [] : [['target', base64(real)] as const]),
    ['real', base64(real)],
    ...(is === 'nothing' ? [] : [['is', what] as const, ['followed', what] as const]),
  ];
}

const path = (at: string, more: Partial<Extract<HostRead, { read: 'path' }>> = {}): HostRead => ({
  read: 'path',
  path: at,
  ...more,
});

/** What was read first, and who still knows it after these paths were touched. */
function keptAfter(known: readonly (readonly [HostRead, Answer])[], touched: readonly string[] | 'anything') {
  const knowledge = createKnowledge(() => 0);
  const reads = known.map(([read]) => read);
  const answers = known.map(([, answer]) => answer);
  knowledge.keep('pve1', reads, { now: 0, answers }, knowledge.ask());
  expect(reads.map((read) => knowledge.find('pve1', read, 0))).toEqual(answers);
  knowledge.touch('pve1', touched);
  return reads.map((read) => knowledge.find('pve1', read, 0) !== undefined);
}

const unit: readonly [HostRead, Answer] = [
  { read: 'unit', name: 'a.service' },
  [['unit', 'FragmentPath=/opt/a/a.service']],
];
const vim: readonly [HostRead, Answer] = [{ read: 'package', name: 'vim', candidate: 'missing' }, []];
const file = (at: string): readonly [HostRead, Answer] => [path(at), said(at, 'file')];

test.each<
  [string, readonly (readonly [HostRead, Answer])[], readonly string[] | 'anything', readonly boolean[]]
>([
  [
    'itself, and no other',
    [file('/etc/a'), file('/etc/b'), file('/etc/a.d/x')],
    ['/etc/a'],
    [false, true, true],
  ],
  [
    'what is below, and above',
    [
      file('/srv/a/b'),
      [path('/srv'), said('/srv', 'directory')],
      [path('/srv/a'), said('/srv/a', 'nothing')],
    ],
    ['/srv/a'],
    [false, false, false],
  ],
  [
    'not that a directory above is one',
    [file('/etc/a'), [path('/etc', { only: 'what' }), said('/etc', 'directory')]],
    ['/etc/a'],
    [false, true],
  ],
  [
    'that nothing is above',
    [file('/x/y'), [path('/x', { only: 'what' }), said('/x', 'nothing')]],
    ['/x/y'],
    [false, false],
  ],
  [
    'what a link leads to',
    [file('/real/a'), [path('/way'), said('/way', 'file', '/real/a')]],
    ['/real/a'],
    [false, false],
  ],
  ['all, by a link', [file('/b'), [path('/way'), said('/way', 'file', '/real/a')]], ['/way'], [false, false]],
  [
    'all, by a file with two names',
    [file('/b'), [path('/a'), said('/a', 'file', '/a', 2)]],
    ['/a'],
    [false, false],
  ],
  ['all, by a path that nobody has read', [file('/b'), vim], ['/a'], [false, false]],
  ['neither packages nor units, by a file', [file('/etc/a'), vim, unit], ['/etc/a'], [false, true, true]],
  [
    'packages, by their sources',
    [file('/etc/apt/sources.list'), vim, unit],
    ['/etc/apt/sources.list'],
    [false, false, true],
  ],
  [
    'units, by their files',
    [file('/etc/systemd/system/b.service'), vim, unit],
    ['/etc/systemd/system/b.service'],
    [false, true, false],
  ],
  ['units, wherever their file is', [file('/opt/a/a.service'), unit], ['/opt/a/a.service'], [false, false]],
  [
    'trees and patterns',
    [file('/a'), [{ read: 'tree', path: '/srv' }, []], [{ read: 'glob', pattern: '/x*' }, []]],
    ['/a'],
    [false, false, false],
  ],
  ['everything', [file('/a'), vim, unit], 'anything', [false, false, false]],
])('touching makes stale %s', (_what, known, touched, kept) => {
  expect(keptAfter(known, touched)).toEqual(kept);
});

test('what was asked for before an act ended is stale after it, on other hosts too', () => {
  const knowledge = createKnowledge(() => 0);
  const read = path('/etc/pve/a');
  const keep = (reader: string, asked = knowledge.ask()): void =>
    knowledge.keep(reader, [read], { now: 0, answers: [said('/etc/pve/a', 'file')] }, asked);
  keep('pve1');
  const early = knowledge.ask();
  knowledge.touch('pve1', ['/etc/pve/a']);
  keep('pve2', early);
  expect(knowledge.find('pve2', read, 0)).toBeUndefined();
  keep('pve2');
  expect(knowledge.find('pve2', read, 0)).toBeDefined();
  expect(knowledge.find('pve1', read, 0)).toBeUndefined();
});

test('an answer counts for a minute, for what it has, and for who asked', () => {
  let now = 0;
  const knowledge = createKnowledge(() => now);
  const read = path('/a', { hash: 'sha1' });
  knowledge.keep('pve1', [read], { now: 1000, answers: [said('/a', 'file')] }, knowledge.ask());
  expect(knowledge.find('pve1', path('/a'), 0)).toBeDefined();
  expect(knowledge.find('pve1', path('/a', { content: true }), 0)).toBeUndefined();
  expect(knowledge.find('pve1', path('/a', { hash: 'md5' }), 0)).toBeUndefined();
  expect(knowledge.find('pve1 as me', read, 0)).toBeUndefined();
  expect(knowledge.find('pve1', read, knowledge.moment())).toBeUndefined();
  now = 60;
  expect(knowledge.find('pve1', read, 0)).toBeDefined();
  expect(knowledge.clock('pve1')).toBe(1060);
  now = 61;
  expect(knowledge.find('pve1', read, 0)).toBeUndefined();
});

test('the survey is read again for what it looks at', () => {
  const paths = ['/etc/motd', '/etc/pve/storage.cfg', '/etc/network', '/', '/srv/a'];
  expect(paths.map((each) => touchesSurvey([each]))).toEqual([false, true, true, true, false]);
  expect(touchesSurvey('anything')).toBe(true);
});
