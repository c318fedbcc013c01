import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import { driftHtml } from '../../src/report/html/drift-html.ts';
import { planHtml } from '../../src/report/html/plan-html.ts';
import { runHtml } from '../../src/report/html/run-html.ts';
import { create, failingRun, plan, quietRun, remove, startFailed, unreachable, update } from './samples.ts';

/** What a reader sees, block by block; folded parts too. */
function textOf(page: string): string {
  const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return page
    .replace(/^[\s\S]*<body>/u, '')
    .replaceAll(/<pre>[\s\S]*?<\/pre>/gu, (pre) => pre.replaceAll('\n', '\v'))
    .replaceAll(/[ \n]+/gu, ' ')
    .replaceAll(/<(?:div|p|li|tr|h\d|dt|pre|summary|section)\b[^>]*>/gu, '\n')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/&(?:lt|gt|quot|#39|amp);/gu, (entity) => entities[entity as keyof typeof entities])
    .replaceAll(/ +/gu, ' ')
    .replaceAll(/ ?[\n\v]\s*/gu, '\n');
}

const about = { at: '2026-01-02T03:04:05.678Z', user: 'admin', argv: ['plan', 'web.json'], file: 'web.json' };
const shown = {
  plans: [plan],
  diagnostics: [unreachable],
  clusters: [{ name: 'lab', nodes: ['pve1', 'pve2', 'pve3'] }],
  compared: 6,
  brakes: { maxRestarts: 10, pauseSeconds: 0 },
};

describe('the page of a plan', () => {
  it('has what would change, when it takes effect, what to know before, and the commands', () => {
    const text = textOf(planHtml(shown, about));
    expect(text).toContain(
      'Plan: 1 to add, 1 to change, 1 to destroy; 1 needs a restart. 1 thing stands in its way.',
    );
    expect(text).toContain('2026-01-02 03:04:05 UTC');
    expect(text).toContain('lab (pve1, pve2, pve3)');
    expect(text).toContain('vm/102@lab web-102 on pve2 after a restart');
    expect(text).toContain('cores 2 → 4 after a restart');
    expect(text).toContain('net0.bridge vmbr0 → vmbr1');
    expect(text).toContain('tags web removed');
    expect(text).toContain('first line\n- old\n+ new\nlast line');
    expect(text).toContain('destroys 1 disk: local-lvm:vm-200-disk-0');
    expect(text).toContain('pve3$ pct destroy 200');
    expect(text).toContain(unreachable.message);
    expect(text).toContain('try: ssh -p 22 root@192.0.2.3');
  });

  it('says that there is nothing to do', () => {
    const text = textOf(planHtml({ ...shown, plans: [], diagnostics: [] }, about));
    expect(text).toContain('Nothing to do: 6 resources are as declared.');
  });
});

describe('the page of a run', () => {
  const text = textOf(runHtml(failingRun));

  it('tells failures first, with what to do and what the command said, then all the rest', () => {
    const parts = [
      'Run of playbooks/site.yml',
      'Not all went well: 2 failures; 3 commands were run.',
      'What failed',
      startFailed.message,
      'on pve1',
      'look at it there: ssh pve1 qm showcmd 101',
      'vm/101@lab web-101: step 1/2, failed after 1 min 15 s, exit 255',
      'pve1$ qm start 101\nstart failed: QEMU exited with code 1\nkvm: no such device\\u001b[31m',
      unreachable.message,
      'Web servers',
      'Say which template is used ok 2',
      'Web VMs are there failed 1 changed 1',
      'vm/102@lab web-102 on pve2 after a restart done 1.2 s',
      'When, by node',
      'pve3.example.com 0 0 1 0 0',
    ];
    const places = parts.map((part) => [part, text.indexOf(part)] as const);
    expect(places.filter(([, place]) => place < 0)).toEqual([]);
    expect(places.map(([, place]) => place)).toEqual(
      places.map(([, place]) => place).toSorted((a, b) => a - b),
    );
  });

  it('tells an apply by its changes, and those that were not run', () => {
    const apply = failingRun.filter(({ type }) => !/^(?:play|task)-/u.test(type));
    const ofApply = textOf(runHtml(apply));
    expect(ofApply).toContain('2 changes planned');
    expect(ofApply).toContain('vm/101@lab web-101 on pve1 failed 1 min 15 s');
    const cut = textOf(runHtml(apply.filter((event) => event.type !== 'change-finished')));
    expect(cut).toContain('2 not run');
  });

  it('tells what was begun and not finished, in its changes and the hosts', () => {
    const left = failingRun
      .filter(({ type }) => !/^(?:play|task)-/u.test(type))
      .map((event): Event => {
        if (event.type === 'change-finished') return { ...event, outcome: 'left' };
        if (event.type !== 'recap') return event;
        return {
          ...event,
          hosts: { pve1: { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, left: 2 } },
        };
      });
    const page = runHtml(left);
    expect(page).toContain('<span class="tag mind">left</span>');
    expect(page).toMatch(/<th class="n">left<\/th>[^]*<td class="n ">2<\/td>/u);
    expect(runHtml(failingRun)).not.toContain('left</th>');
  });

  it('says that all is well', () => {
    expect(textOf(runHtml(quietRun))).toContain('Nothing to do: all is as declared.');
  });

  it('tells the same failure of many hosts once', () => {
    const events = Array.from({ length: 300 }, (_, index): Event => ({
      type: 'task-finished',
      host: `pve${index + 1}`,
      outcome: 'failed',
      diagnostics: [{ ...startFailed, host: `pve${index + 1}` }],
    }));
    const page = textOf(
      runHtml([
        { type: 'play-started', name: 'p', hosts: [] },
        { type: 'task-started', name: 't' },
        ...events,
      ]),
    );
    expect(page.split(startFailed.message)).toHaveLength(2);
    expect(page).toContain('on pve[1-300]');
  });
});

it('a drift has its page', () => {
  const drift = {
    different: [update, remove],
    needsRestart: [
      {
        address: create.address,
        node: 'pve1',
        differences: [{ property: 'memory', before: '1024', after: '2048', effect: 'restart' as const }],
      },
    ],
    undeclared: [{ address: remove.address, title: 'test', node: 'pve3' }],
    refusals: [],
    warnings: [],
    unreachable: [unreachable],
    compared: 6,
    unanswered: [],
    notAsked: [],
  };
  const text = textOf(driftHtml(drift, about));
  expect(text).toContain('Drift: 6 resources compared; 2 differ');
  expect(text).toContain('cores 2 → 4');
  expect(text).toContain('is there, declared absent');
  expect(text).toContain('memory 1024 → 2048');
  expect(text).toContain('container/200@lab test on pve3');
  expect(text).toContain(unreachable.message);
});

describe('what comes from outside', () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u001b[31m\' &';
  const poisoned = JSON.parse(
    JSON.stringify({ events: failingRun, shown }, (key, value: unknown) =>
      typeof value === 'string' &&
      ![
        'type',
        'outcome',
        'action',
        'effect',
        'severity',
        'trouble',
        'method',
        'path',
        'run',
        'at',
        'kind',
        'step',
        'change',
        'id',
        'cluster',
      ].includes(key)
        ? `${value}${evil}`
        : value,
    ),
  ) as { events: readonly Event[]; shown: typeof shown };

  it.each([
    ['a plan', planHtml(poisoned.shown, { ...about, user: evil, file: evil, argv: [evil] })],
    ['a run', runHtml(poisoned.events)],
    ['an apply', runHtml(poisoned.events.filter(({ type }) => !/^(?:play|task)-/u.test(type)))],
  ])('is text in the page of %s, and nothing else', (_, page) => {
    expect(page).toContain('&lt;script&gt;alert(1)');
    const tags = [...page.matchAll(/<[a-z!/][^>]*>/giu)].map(([tag]) => tag.replaceAll(/="[^"]*"/gu, '='));
    expect(
      tags.filter((tag) => /^<(?:script|img|link|iframe|object)\b|\s(?:src|href|on\w+)=/iu.test(tag)),
    ).toEqual([]);
    expect(page).not.toMatch(/(?![\n\t])[\p{Cc}\u202e]/u);
    expect(page.slice(0, page.indexOf('</style>'))).not.toMatch(/url\(|@import/u);
    expect(page).toContain("default-src 'none'");
  });
});

it('a thousand changes on 300 nodes stay below 2 MB, folded', () => {
  const changes = Array.from({ length: 1000 }, (_, index) => ({
    ...create,
    id: String(index),
    node: `pve${index % 300}`,
  }));
  const finished = changes.flatMap(({ id, node }): readonly Event[] =>
    failingRun
      .filter((event) => event.type === 'step-finished')
      .slice(0, 2)
      .map((event, index) => ({ ...event, step: `${id}/${index + 1}`, node })),
  );
  const page = runHtml([
    { type: 'planned', plans: [{ cluster: 'lab', changes }], check: false },
    ...finished,
  ]);
  expect(page.length).toBeLessThan(2_000_000);
  expect(page).not.toContain('<details open');
});
