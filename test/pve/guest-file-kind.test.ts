import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../src/pve/file-kind.ts';
import { containerFile, vmFile } from '../../src/pve/guest-file-kind.ts';

const findings = (kind: FileKind, text: string): readonly string[] =>
  kind.inspect(text).findings.map(({ line, severity, message }) => `${severity} ${line}: ${message}`);

const normal = (kind: FileKind, text: string): unknown => kind.inspect(text).normal;

describe("what PVE reads in a VM's config is no error", () => {
  test.each([
    ['a number out of its bounds', 'cores: 0\n'],
    ['a word that is none of the list', 'ostype: l26 x\n'],
    ['a text of another form', 'serial0: 1\n'],
    ['a lock of another release', 'lock: copying\n'],
  ])('but a warning: %s', (_, text) => {
    expect(vmFile.inspect(text).findings.map(({ severity }) => severity)).toEqual(['warning']);
  });

  test.each([
    ['an empty boot order and no tags, as PVE writes them', 'boot:  \ntags:  \n'],
    ['an agent that is named twice, off at first', 'agent: enabled=0,1\n'],
    ['the keys of a snapshot', '[a1]\nparent: b1\nsnaptime: 01700000000\nvmstate: local:100/s.raw\n'],
    ['what PVE says of itself', 'meta: creation-qemu=10.1.2,ctime=1700000000\nrunningmachine: pc+pve0\n'],
    ['the informative copy for cloud-init', '[SPECIAL:cloudinit]\nname: any thing\nfoo: 1\n'],
    ['left-over fleecing images', '[special:fleecing]\nfleecing-images: local:100/a.raw,local:100/b.raw\n'],
  ])('nor a warning: %s', (_, text) => {
    expect(findings(vmFile, text)).toEqual([]);
  });
});

describe("what PVE drops of a VM's config is an error", () => {
  test.each([
    ['a sign before a number', 'cores: +2\n'],
    ['a number that begins with its point', 'cpulimit: .5\n'],
    ['white space for a value', 'cores:  \n'],
    ['no text before a carriage return', 'boot:\r\n'],
    ['a snapshot before this one without a name', '[a1]\nparent: b\n'],
    ['a time that is none', '[a1]\nsnaptime: soon\n'],
    ['a key that the section has not', '[special:fleecing]\ncores: 2\n'],
    ['a state that there is not', '[a1]\nsnapstate: done\n'],
    ['a bridge with a letter of another script', 'net0: virtio,bridge=vmbrä\n'],
  ])('%s', (_, text) => {
    expect(vmFile.inspect(text).findings.map(({ severity }) => severity)).toEqual(['error']);
  });

  test('with the place and what is wanted', () => {
    expect(findings(vmFile, 'name: a\ncores: +2\nmeta: foo=1\n')).toEqual([
      'error 2: cores: a whole number without a sign is wanted',
      'error 3: meta.foo: "foo" is no key that PVE knows here',
    ]);
  });
});

describe("a key that PVE doesn't take for LXC", () => {
  test.each([
    ['lxc.foo: 1', '"lxc.foo" is no key that PVE takes for LXC; it passes it over'],
    ['lxc.rootfs.path = /x', '"lxc.rootfs.path" is passed over; "rootfs" is wanted'],
    ['lxc.id_map: u 0 1 2', '"lxc.id_map" is an old name; "lxc.idmap" is wanted'],
    ['lxc.limit.nofile: 1', '"lxc.limit.nofile" is an old name; "lxc.prlimit.nofile" is wanted'],
  ])('%s', (line, message) => {
    expect(findings(containerFile, `arch: amd64\n${line}\n`)).toEqual([`warning 2: ${message}`]);
  });

  test('is none of those that it knows', () => {
    const text =
      'lxc.idmap: u 0 1 2\nlxc.cgroup2.devices.allow = c 1:1 rw\nlxc.net.0.type=veth\nlxc.cap.drop:\n';
    expect(findings(containerFile, text)).toEqual([]);
  });
});

describe('mean the same', () => {
  test.each([
    ['a line that PVE drops above one that it reads', 'cores: 2\n', 'cores: x\ncores: 2\n'],
    ['a line that PVE drops below one that it reads', 'cores: 2\n', 'cores: 2\ncores: +4\n'],
    ['a disk that it drops', 'ide2: none,media=cdrom\n', 'ide2: none,media=cdrom\nide2: foo=1\n'],
    ['a number that is none', '', 'cores: x\n'],
    ['a time with zeros', '[a1]\nsnaptime: 17\n', '[a1]\nsnaptime: 017\n'],
    ['a state outside of snapshots', 'name: a\n', 'name: a\nsnapstate: prepare\n'],
    [
      'carriage returns, but for those of the notes',
      'cores: 2\nonboot: 1\n',
      'cores: 2\r\nonboot: 1\r\ntags:\r\n',
    ],
    ['pending changes without any', 'name: a\n', 'name: a\n\n[PENDING]\n'],
    ['a key newer than the schema', 'net0: virtio,host-tunnel=yes\n', 'net0: host-tunnel=1,virtio\n'],
    ['comment lines, and a description without a text', '#a\n', '#a\ndescription:  \n'],
  ])('%s', (_, one, other) => {
    expect(normal(vmFile, one)).toEqual(normal(vmFile, other));
  });
});

describe('mean something else', () => {
  test.each([
    ['a byte order mark before the first option', vmFile, 'cores: 2\n', '\uFEFFcores: 2\n'],
    ['a no-break space', vmFile, 'name: a\n', 'name: a\u00A0\n'],
    ['a section in capitals', vmFile, '[special:cloudinit]\nname: a\n', '[special:CLOUDINIT]\nname: a\n'],
    [
      'keys for LXC in a snapshot',
      containerFile,
      '[a1]\narch: amd64\n',
      '[a1]\narch: amd64\nlxc.tty.max: 1\n',
    ],
    ['notes that end in a carriage return', vmFile, '#a\n#b\n', '#a\r\n#b\r\n'],
    ["white space at the end of a container's notes", containerFile, '#a\n', '#a \n'],
  ])('%s', (_, kind, one, other) => {
    expect(normal(kind, one)).not.toEqual(normal(kind, other));
  });
});
