import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mkfsOutput } from '../../../lab/src/pve/pct/mkfs.ts';
import { qcow2DiskBytes, qcow2FileBytes } from '../../../lab/src/pve/storage/qcow2.ts';

const GIB = 1024 ** 3;

describe('images', () => {
  it('has the file sizes of recorded qcow2 images', () => {
    expect(qcow2FileBytes(4 * 1024 ** 2)).toBe(4521984);
    expect(qcow2FileBytes(GIB)).toBe(1074135040);
    expect(qcow2FileBytes(512 * 1024 ** 2, 'off')).toBe(196616);
  });

  it('finds the disk size of a qcow2 image from that of its file', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 26 }), (kib) => {
        expect(qcow2DiskBytes(qcow2FileBytes(kib * 64 * 1024))).toBe(kib * 64 * 1024);
      }),
    );
  });

  it('says what mkfs says of 102 MiB and of 4 GiB', () => {
    expect(mkfsOutput(102 * 1024 ** 2, 'U')).toBe(
      'Creating filesystem with 104448 1k blocks and 26104 inodes\nFilesystem UUID: U\nSuperblock backups stored on blocks: \n\t8193, 24577, 40961, 57345, 73729\n',
    );
    expect(mkfsOutput(4 * GIB, 'U')).toContain('1048576 4k blocks and 262144 inodes\n');
  });
});
