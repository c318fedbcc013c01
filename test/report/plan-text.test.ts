import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceLines } from '../../src/report/difference-text.ts';
import { painter } from '../../src/report/paint.ts';
import { summaryLine } from '../../src/report/plan-summary.ts';
import { changesText, planText } from '../../src/report/plan-text.ts';
import type { PropertyValue } from '../../src/plan/plan.ts';
import { create, plan, remove, update } from './samples.ts';

const plain = { colour: false, width: 80 };
const brakes = { maxRestarts: 10, pauseSeconds: 0 };

describe('planText', () => {
  it('reads like a diff, followed by the commands and the summary', () => {
    expect(planText([plan], { ...plain, declared: 3, brakes, waiting: [] })).toBe(`\
+ vm/101@lab  web-101 on pve1  (playbooks/site.yml:12)
    + name: web-101
    + memory: 2048
    + description:
        + grüße
        + zwei
    + scsi0: storage=local-lvm,size=20G,discard=on
    + net0: model=virtio,bridge=vmbr0
    + state: running
    pve1$ qm create 101 --name web-101 --memory 2048 --description 'grüße
zwei' --scsi0 local-lvm:20,discard=on --net0 virtio,bridge=vmbr0
    pve1$ qm start 101

~ vm/102@lab  web-102 on pve2  (playbooks/site.yml:12)
    ~ cores: 2 → 4 (after a restart)
    + onboot: 1
    ~ net0.bridge: vmbr0 → vmbr1
    - net0.tag: 5
    + net0.firewall: 1
    ~ description:
          first line
        - old
        + new
          last line
    - tags: web
    ! the network of a running guest is cut for a moment
    pve2$ qm set 102 --cores 4 --onboot 1 --net0 virtio=BC:24:11:00:00:01,bridge=vmbr1,firewall=1 --delete tags --digest da39a3ee5e6b4b0d3255bfef95601890afd80709

- container/200@lab  on pve3
    ~ state: stopped → absent
    ! destroys 1 disk: local-lvm:vm-200-disk-0
    pve3$ pct destroy 200

Brakes: at most 10 restarts.
Plan: 1 to add, 1 to change, 1 to destroy; 1 needs a restart.
`);
  });

  it('says in one line that there is nothing to do', () => {
    expect(planText([], { ...plain, declared: 5, brakes, waiting: [] })).toBe(
      'Nothing to do: 5 resources are as declared.\n',
    );
    expect(planText([], { ...plain, declared: 1, brakes, waiting: [] })).toBe(
      'Nothing to do: 1 resource is as declared.\n',
    );
  });

  it('in colours is the same text', () => {
    const uncoloured = changesText([plan], { colour: true, width: 80 }).replaceAll(/\u001b\[\d+m/gu, '');
    expect(uncoloured).toBe(changesText([plan], plain));
  });
});

it('counts over all clusters', () => {
  const plans = [
    plan,
    { cluster: 'prod', changes: [update, update] },
    { cluster: 'test', changes: [create, remove] },
  ];
  expect(summaryLine(plans, 9)).toBe('Plan: 2 to add, 3 to change, 2 to destroy; 3 need a restart.');
});

describe('a difference', () => {
  const lines = (
    before: PropertyValue | undefined,
    after: PropertyValue | undefined,
    width = 80,
  ): readonly string[] =>
    differenceLines(
      {
        property: 'p',
        effect: 'now',
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      },
      width,
      painter(false),
    );

  it.each<readonly [string, PropertyValue | undefined, PropertyValue | undefined, readonly string[]]>([
    ['empty text', 'a', '', ['    ~ p: a → ""']],
    [
      'a property string that goes',
      { bridge: 'vmbr0', tag: '5' },
      undefined,
      ['    - p: bridge=vmbr0,tag=5'],
    ],
    ['text that becomes a property string', 'none', { storage: 'local' }, ['    ~ p: none → storage=local']],
    [
      'a property string that has only its default key',
      { current: '1024' },
      { current: '2048' },
      ['    ~ p: 1024 → 2048'],
    ],
    ['a new one', undefined, { cputype: 'host' }, ['    + p: host']],
    [
      'a default key among others',
      { cputype: 'kvm64', flags: '+aes' },
      { cputype: 'host', flags: '+aes' },
      ['    ~ p.cputype: kvm64 → host'],
    ],
    ['control characters', undefined, 'a\u001b[31mb\u202ec', [String.raw`    + p: a\u001b[31mb\u202ec`]],
    ['a line break at the end', 'a', 'a\n', ['    ~ p:', '          a', '        +']],
  ])('shows %s', (_, before, after, expected) => {
    expect(lines(before, after)).toEqual(expected);
  });

  it('takes two lines when both values are too long for one', () => {
    expect(lines('local:iso/debian-12.iso', 'local:iso/debian-13.iso', 40)).toEqual([
      '    ~ p:',
      '        - local:iso/debian-12.iso',
      '        + local:iso/debian-13.iso',
    ]);
  });

  it('shows every line of both texts, once where they are equal', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const shown = lines(before.join('\n'), after.join('\n'))
          .slice(1)
          .map((line) => line.slice(8));
        const without = (sign: string) =>
          shown.filter((line) => !line.startsWith(sign)).map((line) => line.slice(2));
        expect(without('+ ')).toEqual(before);
        expect(without('- ')).toEqual(after);
      }),
    );
  });
});
