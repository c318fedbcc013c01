import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig, printConfig } from '../../../lab/src/pve/guest/config.ts';
import { pendingLines, withPending } from '../../../lab/src/pve/guest/pending.ts';

const VM = `#grüße%3A eins
#zwei
boot: order=scsi0
cores: 2
name: web

[PENDING]
delete: cores
memory: 4096

[before]
name: old
`;

describe('guest configs', () => {
  it('takes a VM apart and writes it as PVE does: comments first, options by name, then the sections', () => {
    const config = parseConfig('qemu', VM);
    expect(config.main.get('description')).toBe('grüße: eins\nzwei');
    expect(config.snapshots.get('before')?.get('name')).toBe('old');
    expect(printConfig('qemu', config)).toBe(VM.replace('grüße', 'gr%C3%BC%C3%9Fe'));
  });

  it('shows what is pending, and the config that will be', () => {
    const config = parseConfig('qemu', VM);
    expect(pendingLines(config, (text) => text).slice(1)).toEqual([
      'del cores: 2',
      'cur description: grüße: eins\nzwei',
      'new memory: 4096',
      'cur name: web',
    ]);
    expect([...withPending(config).keys()].toSorted()).toEqual(['boot', 'description', 'memory', 'name']);
  });

  it('keeps the raw lines of a container', () => {
    const text =
      'arch: amd64\nlxc.mount.auto: sys:ro\nlxc.cap.drop: sys_time\n\n[pve:pending]\nmemory: 1024\n';
    expect(printConfig('lxc', parseConfig('lxc', text))).toBe(text);
  });

  it('reads back what it writes', () => {
    const option = fc.tuple(
      fc.constantFrom('name', 'args', 'memory', 'net0', 'tags', 'startup'),
      fc.stringMatching(/^[a-z0-9][a-z0-9 =,:;.-]{0,20}[a-z0-9]$/),
    );
    fc.assert(
      fc.property(fc.array(option), fc.array(option), (main, pending) => {
        const config = parseConfig('qemu', '');
        for (const [name, value] of main) config.main.set(name, value);
        for (const [name, value] of pending) config.pending.set(name, value);
        const again = parseConfig('qemu', printConfig('qemu', config));
        expect(again.main).toEqual(config.main);
        expect(again.pending).toEqual(config.pending);
      }),
    );
  });
});
