import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeNewConfig, removeOption, setDescription, setOption } from '../../src/pve/guest-config-edit.ts';
import {
  decodeGuestConfig,
  encodeGuestConfig,
  options,
  pendingOptions,
  type GuestConfig,
} from '../../src/pve/guest-config.ts';
import { rewriteGuestConfig } from '../../src/pve/guest-config-rewrite.ts';
import { sampleConfigs } from './sample-configs.ts';

const vm = (text: string): GuestConfig => decodeGuestConfig('vm', text);
const container = (text: string): GuestConfig => decodeGuestConfig('container', text);

describe('setting an option', () => {
  test('changes its own line only', () => {
    const before = '#note\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\ncores: 2\n\n[snap]\ncores: 1\n';
    expect(encodeGuestConfig(setOption(vm(before), 'current', 'cores', '4'))).toBe(
      before.replace('cores: 2', 'cores: 4'),
    );
    expect(encodeGuestConfig(setOption(vm(before), 'snapshot:snap', 'cores', '4'))).toBe(
      before.replace('cores: 1', 'cores: 4'),
    );
  });

  test('puts a new one where PVE sorts it, which is by bytes', () => {
    const before = 'cores: 2\nnet0: x\nnet2: x\nscsi0: y\n';
    const after = setOption(setOption(vm(before), 'current', 'net10', 'z'), 'current', 'vga', 'std');
    expect(encodeGuestConfig(after)).toBe('cores: 2\nnet0: x\nnet10: z\nnet2: x\nscsi0: y\nvga: std\n');
  });

  test('stays before the sections and the raw lines', () => {
    expect(encodeGuestConfig(setOption(vm('cores: 2\n\n[snap]\ncores: 1\n'), 'current', 'name', 'a'))).toBe(
      'cores: 2\nname: a\n\n[snap]\ncores: 1\n',
    );
    expect(
      encodeGuestConfig(setOption(container('arch: amd64\nlxc.idmap: u\n'), 'current', 'tags', 'a')),
    ).toBe('arch: amd64\ntags: a\nlxc.idmap: u\n');
  });

  test('makes the pending section of its kind, before the snapshots', () => {
    expect(encodeGuestConfig(setOption(vm('cores: 2\n'), 'pending', 'cores', '4'))).toBe(
      'cores: 2\n\n[PENDING]\ncores: 4\n',
    );
    const made = setOption(container('cores: 2\n\n[s1]\ncores: 1\n'), 'pending', 'delete', 'cores');
    expect(encodeGuestConfig(made)).toBe('cores: 2\n\n[pve:pending]\ndelete: cores\n\n[s1]\ncores: 1\n');
    expect(pendingOptions(made)).toEqual({ set: {}, remove: ['cores'] });
  });

  test('gives a last line without end the end it needs, and keeps CRLF', () => {
    expect(encodeGuestConfig(setOption(vm('cores: 2'), 'current', 'name', 'a'))).toBe('cores: 2\nname: a\n');
    expect(encodeGuestConfig(setOption(vm('cores: 2'), 'current', 'cores', '3'))).toBe('cores: 3');
    expect(encodeGuestConfig(setOption(vm('a: 1\r\ncores: 2\r\n'), 'current', 'b', '1'))).toBe(
      'a: 1\r\nb: 1\r\ncores: 2\r\n',
    );
  });

  test('leaves a line alone that already says so', () => {
    const before = 'cores:   2  \n';
    expect(encodeGuestConfig(setOption(vm(before), 'current', 'cores', '2'))).toBe(before);
  });

  test('changes the line that counts when there are two', () => {
    expect(encodeGuestConfig(setOption(vm('name: a\nname: b\n'), 'current', 'name', 'c'))).toBe(
      'name: a\nname: c\n',
    );
  });

  test('is read back, and nothing else changes, in every sample', () => {
    const name = fc.constantFrom('cores', 'name', 'hostname', 'net3', 'zzz', 'args', 'description');
    const value = fc.stringMatching(/^[a-z0-9][a-z0-9 ,=:ü%]{0,12}[a-z0-9]$/u);
    for (const { kind, text } of [...sampleConfigs('vm'), ...sampleConfigs('container')]) {
      const before = decodeGuestConfig(kind, text);
      fc.assert(
        fc.property(name, value, (key, wanted) => {
          const after = decodeGuestConfig(kind, encodeGuestConfig(setOption(before, 'current', key, wanted)));
          expect(options(after)).toEqual({ ...options(before), [key]: wanted });
          expect(after.warnings.map((warning) => warning.message)).toEqual(
            before.warnings.map((warning) => warning.message),
          );
        }),
        { numRuns: 10 },
      );
    }
  });
});

describe('removing an option', () => {
  test('takes all its lines and no other', () => {
    expect(encodeGuestConfig(removeOption(vm('#x\nname: a\ncores: 2\nname: b\n'), 'current', 'name'))).toBe(
      '#x\ncores: 2\n',
    );
  });

  test('takes an emptied pending section with it', () => {
    const before = 'cores: 2\n\n[PENDING]\ncores: 4\n';
    expect(encodeGuestConfig(removeOption(vm(before), 'pending', 'cores'))).toBe('cores: 2\n');
    expect(encodeGuestConfig(removeOption(vm(`${before}\n[snap]\ncores: 1\n`), 'pending', 'cores'))).toBe(
      'cores: 2\n\n[snap]\ncores: 1\n',
    );
  });

  test('undoes a set, and does nothing where there is nothing', () => {
    for (const { kind, text, name } of [...sampleConfigs('vm'), ...sampleConfigs('container')]) {
      const before = decodeGuestConfig(kind, text);
      expect(removeOption(before, 'current', 'zzz')).toBe(before);
      expect(removeOption(before, 'pending', 'zzz')).toBe(before);
      const after = encodeGuestConfig(
        removeOption(setOption(before, 'current', 'zzz', '1'), 'current', 'zzz'),
      );
      // A last line that had no end has been given one.
      expect({ name, after: after.trimEnd() }).toEqual({ name, after: text.trimEnd() });
    }
  });
});

describe('the description', () => {
  test('is written as PVE writes it: on top, control characters, ":" and what is not ASCII as bytes', () => {
    expect(encodeGuestConfig(setDescription(vm('cores: 2\n'), 'current', 'grüße: 5%\n\n# "zwei"\n'))).toBe(
      '#gr%C3%BC%C3%9Fe%3A 5%25\n#\n## "zwei"\ncores: 2\n',
    );
  });

  test('replaces the old one, in whichever form it stood', () => {
    expect(encodeGuestConfig(setDescription(vm('cores: 2\n#a\n#b\ndescription: c\n'), 'current', 'x'))).toBe(
      'cores: 2\n#x\n',
    );
    expect(encodeGuestConfig(setDescription(vm('#a\ncores: 2\n'), 'current', ''))).toBe('cores: 2\n');
  });

  test('any text of several lines is read back, trailing white space aside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const after = vm(encodeGuestConfig(setDescription(vm('cores: 2\n'), 'current', text)));
        expect(options(after)['description'] ?? '').toBe(text.replace(/\s+$/u, ''));
      }),
    );
  });
});

test('a new config has its description first, then its options by name', () => {
  expect(encodeNewConfig('vm', { name: 'a', description: 'x:\ny', cores: '2', net10: 'b', net2: 'c' })).toBe(
    '#x%3A\n#y\ncores: 2\nname: a\nnet10: b\nnet2: c\n',
  );
});

test('a config that PVE could have written is rebuilt by encodeNewConfig and by setting options in any order', () => {
  const option = fc.tuple(fc.stringMatching(/^[a-z]{1,6}\d{0,2}$/u), fc.stringMatching(/^[a-z0-9=,]{1,8}$/u));
  fc.assert(
    fc.property(fc.uniqueArray(option, { selector: ([key]) => key }), (pairs) => {
      const wanted = Object.fromEntries(
        pairs.filter(([key]) => !['description', 'cdrom', 'snapstate'].includes(key)),
      );
      const text = encodeNewConfig('vm', wanted);
      let config = vm('');
      for (const [key, value] of Object.entries(wanted)) config = setOption(config, 'current', key, value);
      expect(encodeGuestConfig(config)).toBe(text);
      expect(options(vm(text))).toEqual(wanted);
    }),
  );
});

describe('rewriting as PVE does', () => {
  const rewrite = (kind: 'vm' | 'container', text: string): string =>
    rewriteGuestConfig(decodeGuestConfig(kind, text));

  test('a file that PVE wrote stays as it is', () => {
    for (const kind of ['vm', 'container'] as const) {
      for (const name of ['plain', 'description', 'pending', 'snapshots', 'all-sections']) {
        const text =
          sampleConfigs(kind).find((file) => file.name === `samples/${kind}/${name}.conf`)?.text ?? '';
        const cloudinitIsGone = name === 'all-sections' && kind === 'vm';
        expect(rewrite(kind, text)).toBe(
          cloudinitIsGone ? text.replace('[special:cloudinit]\nname: all\n\n', '') : text,
        );
      }
    }
  });

  test('a file written by hand is put in order, and loses what PVE cannot read', () => {
    expect(
      rewrite(
        'vm',
        'name: b\n\nrubbish\nonboot: yes\ncores: 02\n#ä\n[z1]\ncores: 1\n[a1]\ncores: 1\n[PENDING]\n',
      ),
    ).toBe('#%C3%A4\ncores: 2\nname: b\nonboot: 1\n\n[a1]\ncores: 1\n\n[z1]\ncores: 1\n');
    expect(rewrite('container', 'lxc.idmap = u 0 1 2\nhostname: a\nlxc.environment.runtime: A=b\n')).toBe(
      'hostname: a\nlxc.environment.runtime: A=b\nlxc.idmap: u 0 1 2\n',
    );
  });

  test('done twice it changes nothing more, but that an empty value is a space', () => {
    for (const { kind, name, text } of [...sampleConfigs('vm'), ...sampleConfigs('container')]) {
      const once = rewrite(kind, text);
      expect({ name, text: rewrite(kind, once) }).toEqual({ name, text: once });
    }
  });
});
