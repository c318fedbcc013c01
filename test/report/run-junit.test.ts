import { expect, test } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import { runJunit } from '../../src/report/run-junit.ts';
import { failingRun, startFailed } from './samples.ts';

const apply = failingRun.filter(({ type }) => !/^(?:play|task)-/u.test(type));

test('an apply has a test a change, with what failed and what its command said', () => {
  expect(runJunit(apply)).toBe(`\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pvefleet apply" tests="3" failures="1" errors="1" time="77.200">
  <testsuite name="apply" tests="2" failures="1" errors="0" time="76.580">
    <testcase classname="lab/pve1" name="vm/101@lab web-101" time="75.340">
      <failure message="Cannot start vm/101@lab: &quot;qm start&quot; exited with 255; running is wanted">Cannot start vm/101@lab: &quot;qm start&quot; exited with 255; running is wanted
look at it there: ssh pve1 qm showcmd 101
pve1$ qm start 101
start failed: QEMU exited with code 1
kvm: no such device\ufffd[31m</failure>
    </testcase>
    <testcase classname="lab/pve2" name="vm/102@lab web-102" time="1.240"/>
  </testsuite>
  <testsuite name="hosts" tests="1" failures="0" errors="1" time="0.000">
    <testcase classname="hosts" name="pve3">
      <error message="Cannot connect to pve3: no answer from 192.0.2.3:22 in 10 s; an SSH server is wanted">Cannot connect to pve3: no answer from 192.0.2.3:22 in 10 s; an SSH server is wanted
try: ssh -p 22 root@192.0.2.3</error>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('changes whose turn did not come are skipped, and what stopped the run is an error', () => {
  const stopped: Event = {
    type: 'diagnostic',
    diagnostic: { ...startFailed, code: 'apply/too-many-failed', message: 'Cannot go on' },
  };
  const xml = runJunit([...apply.filter(({ type }) => type !== 'change-finished'), stopped]);
  expect(xml).toContain('<testsuite name="apply" tests="3" failures="0" errors="1" skipped="2"');
  expect(xml).toContain('<skipped message="not run"></skipped>');
  expect(xml).toContain('<testcase classname="plan" name="Cannot go on">');
});

test('a playbook has a suite a play, and a test a task and host', () => {
  const xml = runJunit(failingRun);
  expect(
    [...xml.matchAll(/<(?:testsuite|testcase) [^>]*/gu)].map(([tag]) => tag.replace(/ time=.*/u, '')),
  ).toEqual([
    '<testsuite name="Web servers" tests="5" failures="1" errors="0"',
    '<testcase classname="Say which template is used" name="pve1"/',
    '<testcase classname="Say which template is used" name="pve2"/',
    '<testcase classname="Web VMs are there" name="pve1 (item 101)"',
    '<testcase classname="Web VMs are there" name="pve2 (item 102)"/',
    '<testcase classname="Kernel" name="pve2"/',
    '<testsuite name="hosts" tests="1" failures="0" errors="1"',
    '<testcase classname="hosts" name="pve3"',
  ]);
});

test('a change that was begun and not finished is an error of its own', () => {
  const left = apply.map((event) =>
    event.type === 'change-finished' && event.change === '1'
      ? ({ ...event, outcome: 'left' } as const)
      : event,
  );
  expect(runJunit(left)).toContain('<error message="left: it was begun, and not finished"></error>');
});
