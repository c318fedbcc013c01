import { describe, expect, it } from 'vitest';
import { sameText } from '../../../lab/src/replay/same-text.ts';

function same(recorded: string, written: string, known = ''): boolean {
  return sameText(recorded, written, known, new Map());
}

describe('texts that are the same but for random parts', () => {
  it('lets a new MAC address differ, but not one that was there before', () => {
    expect(same('net0: virtio=BC:24:11:00:00:01', 'net0: virtio=BC:24:11:AA:BB:CC')).toBe(true);
    expect(
      same('net0: virtio=BC:24:11:00:00:01', 'net0: virtio=BC:24:11:AA:BB:CC', 'virtio=BC:24:11:00:00:01'),
    ).toBe(false);
  });

  it('holds a value that it has bound', () => {
    expect(same('BC:24:11:00:00:01 BC:24:11:00:00:01', 'BC:24:11:00:00:02 BC:24:11:00:00:02')).toBe(true);
    expect(same('BC:24:11:00:00:01 BC:24:11:00:00:01', 'BC:24:11:00:00:02 BC:24:11:00:00:03')).toBe(false);
  });

  it('does not take another word for a random one', () => {
    expect(same('cores: 2', 'cores: 3')).toBe(false);
    expect(same('meta: ctime=1795457261', 'meta: ctime=1795459999')).toBe(true);
    expect(same('net0: BC:24:11:00:00:01', 'net0: none')).toBe(false);
  });

  it('knows where PVE has no order', () => {
    expect(same('\tcontent images,rootdir', '\tcontent rootdir,images')).toBe(true);
    expect(
      same(
        '400 Parameter verification failed.\na: x\nb: y\n',
        '400 Parameter verification failed.\nb: y\na: x\n',
      ),
    ).toBe(true);
    expect(same('a\nb\n', 'b\na\n')).toBe(false);
  });
});
