import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Sign } from '../../src/modules/guest/wait-step.ts';
import { gives, haSays } from '../../src/modules/guest/wait-step.ts';

const bin = mkdtempSync(join(tmpdir(), 'pvefleet-signs-'));
afterAll(() => rmSync(bin, { recursive: true }));

/** Whether a condition holds in a real shell, on a node where these programs say that. */
function holds(condition: string, programs: Readonly<Record<string, string>>): boolean {
  for (const name of ['qm', 'lxc-info', 'ssh-keyscan']) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${programs[name] ?? 'exit 255'}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  try {
    execFileSync('sh', ['-c', condition], { env: { PATH: `${bin}:/usr/bin:/bin` }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const target = (kind: 'vm' | 'container') => ({
  kind: kind === 'vm' ? { kind, type: 'qemu' as const } : { kind, type: 'lxc' as const },
  vmid: 100,
  node: 'pve1',
  cluster: 'lab',
  path: '',
});
const sign = (which: Sign, kind: 'vm' | 'container'): string => gives(which, target(kind));

/** As `qm agent 100 network-get-interfaces` prints it. */
const interfaces = (...addresses: readonly string[]): string =>
  `cat <<'END'\n[\n   {\n      "ip-addresses" : [\n${addresses
    .map(
      (address) =>
        `         {\n            "ip-address" : "${address}",\n            "prefix" : 8\n         }`,
    )
    .join(',\n')}\n      ]\n   }\n]\nEND`;

test('an agent that answers', () => {
  expect(holds(sign('agent', 'vm'), { qm: '[ "$*" = "agent 100 ping" ]' })).toBe(true);
  expect(holds(sign('agent', 'vm'), { qm: 'echo "QEMU guest agent is not running"; exit 255' })).toBe(false);
});

test('an address beside loopback and link-local ones', () => {
  expect(holds(sign('ip', 'vm'), { qm: interfaces('127.0.0.1', '::1', '10.0.0.5') })).toBe(true);
  expect(holds(sign('ip', 'vm'), { qm: interfaces('127.0.0.1', '::1', 'fe80::1') })).toBe(false);
  expect(holds(sign('ip', 'vm'), {})).toBe(false);
  expect(holds(sign('ip', 'container'), { 'lxc-info': 'echo 10.0.0.6' })).toBe(true);
  expect(holds(sign('ip', 'container'), { 'lxc-info': 'echo fe80::2' })).toBe(false);
});

test('an SSH server that answers at one of its own addresses', () => {
  const answers = 'grep -q 10.0.0.6 && echo "10.0.0.6 ssh-ed25519 AAAA"';
  expect(holds(sign('ssh', 'container'), { 'lxc-info': 'echo 10.0.0.6', 'ssh-keyscan': answers })).toBe(true);
  expect(holds(sign('ssh', 'container'), { 'lxc-info': 'echo 10.0.0.6', 'ssh-keyscan': 'exit 0' })).toBe(
    false,
  );
  expect(holds(sign('ssh', 'container'), { 'lxc-info': 'echo 10.0.0.7', 'ssh-keyscan': answers })).toBe(
    false,
  );
});

test("what HA's manager says of one service, whatever the order of its words", () => {
  const file = join(bin, 'status');
  const says = (sid: string, ...words: readonly string[]): string =>
    haSays(sid, ...words).replaceAll('/etc/pve/ha/manager_status', file);
  writeFileSync(
    file,
    '{"timestamp":1,"service_status":{"vm:1001":{"state":"started","running":1,"node":"pve2"},"vm:100":{"uid":"a","node":"pve1","state":"request_stop","timeout":"0"}}}',
  );
  expect(holds(says('vm:1001', '"running":1', '"state":"started"'), {})).toBe(true);
  expect(holds(says('vm:100', '"state":"started"'), {})).toBe(false);
  expect(holds(says('vm:100', '"node":"pve1"', '"state":"request_stop"'), {})).toBe(true);
  expect(holds(says('vm:101', '"node":"pve1"'), {})).toBe(false);
});
