import { describe, expect, it } from 'vitest';
import { verifyParameters } from '../../../lab/src/pve/cli/verify.ts';
import { Failure } from '../../../lab/src/pve/failure.ts';
import { parametersOf } from '../../../lab/src/pve/schema/parameters.ts';

const { node: _node, ...CREATE } = parametersOf('POST /nodes/{node}/qemu');
const { node: _other, ...CREATE_CT } = parametersOf('POST /nodes/{node}/lxc');

function refusal(values: Readonly<Record<string, string>>, table = CREATE): string {
  try {
    verifyParameters({ vmid: '100', ...values }, table);
    return 'accepted';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return thrown.text.replace('400 Parameter verification failed.\n', '');
  }
}

describe('parameters against the schema, in the words of real PVE', () => {
  it.each([
    [{ vmid: '99' }, 'vmid: invalid format - value does not look like a valid VM ID\n\n'],
    [{ vmid: 'abc' }, "vmid: type check ('integer') failed - got 'abc'\n"],
    [{ cores: '0' }, 'cores: value must have a minimum value of 1\n'],
    [{ name: 'bad_name' }, 'name: invalid format - value does not look like a valid DNS name\n\n'],
    [
      { memory: '8' },
      'memory: invalid format - format error\nmemory.current: value must have a minimum value of 16\n\n',
    ],
    [{ tags: 'a;b!' }, 'tags: invalid format - invalid characters in tag\n\n'],
    [
      { net0: 'virtio,bridge=vmbr0,tag=5000' },
      'net0: invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n\n',
    ],
    [
      { net0: 'bridge=vmbr0' },
      'net0: invalid format - format error\nnet0.model: property is missing and it is not optional\n\n',
    ],
    [
      { boot: 'order=floppy0' },
      "boot: invalid format - format error\nboot.order: invalid format - invalid boot device 'floppy0'\n\n\n",
    ],
    [
      { cpu: 'nosuchcpu' },
      "cpu: invalid format - Built-in cputype 'nosuchcpu' is not defined (missing 'custom-' prefix?)\n\n",
    ],
    [
      { ipconfig0: 'gw=10.0.0.1' },
      "ipconfig0: invalid format - format error\nipconfig0.ip: missing property required by 'ipconfig0.gw'\n\n",
    ],
    [{ startup: 'later' }, 'startup: invalid format - unable to parse startup options\n\n'],
    [
      { scsi0: 'data:1,discard=maybe' },
      "scsi0: invalid format - format error\nscsi0.discard: value 'maybe' does not have a value in the enumeration 'ignore, on'\n\n",
    ],
  ])('%j', (values, expected) => {
    expect(refusal(values)).toBe(expected);
  });

  it('takes what PVE takes', () => {
    expect(
      refusal({
        scsi0: 'local-lvm:20,discard=on',
        net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
        boot: 'order=scsi0;net0',
        cpu: 'host,flags=+aes',
        tags: 'a;b',
      }),
    ).toBe('accepted');
  });

  it('checks a mount point of a container', () => {
    expect(refusal({ ostemplate: 'x', mp0: 'data:1' }, CREATE_CT)).toBe(
      'mp0: invalid format - format error\nmp0.mp: property is missing and it is not optional\n\n',
    );
  });
});
