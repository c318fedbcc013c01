import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnosticsOf, formatPosition } from '../../src/diagnostic.ts';
import type { Result } from '../../src/diagnostic.ts';
import { readDocument } from '../../src/documents/read-document.ts';
import type { Spec } from '../../src/spec.ts';

const seed = `{
  "version": 1,
  "plugins": {
    "proxmox": {
      "node": "pve",
      "vms": [
        {
          "vmid": 100,
          "name": "nginx-web",
          "state": "running",
          "cores": 2,
          "memory": 2048,
          "disk": { "storage": "local-lvm", "size": "20G" },
          "network": { "bridge": "vmbr0", "model": "virtio" },
          "boot": "order=scsi0;net0",
          "ostype": "l26",
          "comment": "Database server"
        }
      ],
      "containers": [
        {
          "vmid": 200,
          "name": "redis-cache",
          "node": "pve2",
          "rootfs": { "storage": "local-lvm", "size": "8G" },
          "network": { "name": "eth0", "bridge": "vmbr0", "ip": "dhcp" },
          "ostemplate": "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst"
        }
      ]
    }
  }
}
`;

const seedArguments = [
  {
    kind: 'vm',
    args: {
      node: 'pve',
      vmid: 100,
      name: 'nginx-web',
      state: 'running',
      cores: 2,
      memory: 2048,
      scsi0: { storage: 'local-lvm', size: '20G' },
      net0: { bridge: 'vmbr0', model: 'virtio' },
      boot: 'order=scsi0;net0',
      ostype: 'l26',
      description: 'Database server',
    },
  },
  {
    kind: 'container',
    args: {
      node: 'pve2',
      vmid: 200,
      hostname: 'redis-cache',
      rootfs: { storage: 'local-lvm', size: '8G' },
      net0: { name: 'eth0', bridge: 'vmbr0', ip: 'dhcp' },
      ostemplate: 'local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst',
    },
  },
];

const read = (text: string): Promise<Result<readonly Spec[]>> => readDocument(text, 'doc.yml');

/** Specs without their places. */
async function specsOf(text: string): Promise<unknown> {
  const result = await read(text);
  return result.ok
    ? result.value.map(({ kind, args, cluster }) => ({ kind, args, ...(cluster && { cluster }) }))
    : result.diagnostics;
}

/** Errors as lines "place code message". */
async function errorsOf(text: string): Promise<readonly string[]> {
  const result = await read(text);
  return result.ok
    ? []
    : result.diagnostics.map(
        ({ at, code, message }) => `${at ? formatPosition(at) : '?'} ${code} ${message}`,
      );
}

describe('a document', () => {
  it("in the shape of the seed gives specs in PVE's words", async () => {
    expect(await specsOf(seed)).toEqual(seedArguments);
  });

  it('is the same as YAML, with the tree alone, and indented by tabs', async () => {
    const tree = `
node: pve
vms:
  - { vmid: 100, name: nginx-web, state: running, cores: 2, memory: 2048, disk: { storage: local-lvm, size: 20G },
      network: { bridge: vmbr0, model: virtio }, boot: order=scsi0;net0, ostype: l26, comment: Database server }
containers:
  - { vmid: 200, name: redis-cache, node: pve2, rootfs: { storage: local-lvm, size: 8G },
      network: { name: eth0, bridge: vmbr0, ip: dhcp }, ostemplate: "local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst" }
`;
    expect(await specsOf(tree)).toEqual(seedArguments);
    expect(await specsOf(`version: 1\nplugins:\n  proxmox:\n${tree.replaceAll(/^/gmu, '    ')}`)).toEqual(
      seedArguments,
    );
    expect(await specsOf(seed.replaceAll('  ', '\t'))).toEqual(seedArguments);
  });

  it('keeps the place of every option, under the name of the option', async () => {
    const result = await read(seed);
    const [vm, container] = result.ok ? result.value : [];
    expect(vm?.declaredBy).toBe('doc.yml');
    expect(vm?.positions).toMatchObject({
      '': { file: 'doc.yml', line: 7, column: 9 },
      '/node': { file: 'doc.yml', line: 5, column: 7 },
      '/scsi0': { file: 'doc.yml', line: 13, column: 11 },
      '/scsi0/size': { file: 'doc.yml', line: 13, column: 45 },
      '/description': { file: 'doc.yml', line: 17, column: 11 },
    });
    expect(container?.positions).toMatchObject({
      '/node': { file: 'doc.yml', line: 24, column: 11 },
      '/hostname': { line: 23 },
    });
  });

  it("takes PVE's own options as they are, null included", async () => {
    expect(
      await specsOf('vms: [{ vmid: "100", scsi0: "local-lvm:20", onboot: yes, comment: null }]\ncontainers:'),
    ).toEqual([
      { kind: 'vm', args: { vmid: '100', scsi0: 'local-lvm:20', onboot: 'yes', description: null } },
    ]);
  });

  it('may name the cluster', async () => {
    expect(await specsOf('cluster: lab\nvms: [{ vmid: 100 }]')).toEqual([
      { kind: 'vm', args: { vmid: 100 }, cluster: 'lab' },
    ]);
  });

  it.each<readonly [string, string, readonly string[]]>([
    [
      'nothing',
      '',
      [
        'doc.yml:1:1 document/wrong-type Cannot read the document doc.yml: it is empty; a mapping with "vms" and "containers" is wanted',
      ],
    ],
    [
      'a list',
      '[1]',
      [
        'doc.yml:1:1 document/wrong-type Cannot read the document doc.yml: it is a list; a mapping with "vms" and "containers" is wanted',
      ],
    ],
    [
      'another version',
      'version: 2\nvms: []',
      ['doc.yml:1:1 document/version Cannot read the document: its version is the number 2; 1 is wanted'],
    ],
    [
      'sections that come later',
      'storage: []\nnetwork: []\nbackups: []\nvms: []\ncluster: { enabled: true }',
      [
        'doc.yml:1:1 document/not-yet Cannot read "storage": this section is not supported yet; "vms" and "containers" are',
        'doc.yml:2:1 document/not-yet Cannot read "network": this section is not supported yet; "vms" and "containers" are',
        'doc.yml:3:1 document/not-yet Cannot read "backups": this section is not supported yet; "vms" and "containers" are',
        'doc.yml:5:1 document/not-yet Cannot read "cluster": making and joining clusters is not supported yet; the name of an existing one is wanted',
      ],
    ],
    [
      'a misspelt section',
      'vmss: []',
      [
        'doc.yml:1:1 document/unknown-key Cannot read "vmss": a document has no such section; did you mean "vms"?',
      ],
    ],
    [
      'a misspelt "plugins"',
      'version: 1\nplugin: {}',
      [
        'doc.yml:2:1 document/unknown-key Cannot read "plugin": a document has no such section; did you mean "plugins"?',
      ],
    ],
    [
      'another plugin',
      'plugins: { lxc: {}, proxmox: {} }',
      ['doc.yml:1:12 document/unknown-key Cannot read the plugin "lxc": "proxmox" is the only one supported'],
    ],
    [
      'a misspelt plugin',
      'plugins: { proxmx: {} }',
      [
        'doc.yml:1:12 document/unknown-key Cannot read the plugin "proxmx": "proxmox" is the only one supported; did you mean "proxmox"?',
      ],
    ],
    [
      'no plugin',
      'plugins: {}',
      ['doc.yml:1:1 document/wrong-type Cannot read "plugins": it is empty; "proxmox" is wanted in it'],
    ],
    [
      'a plugin that is a list',
      'plugins: { proxmox: [] }',
      [
        'doc.yml:1:12 document/wrong-type Cannot read "proxmox": it is a list; a mapping with "vms" and "containers" is wanted',
      ],
    ],
    [
      'a section in the wrong place',
      'plugins: { proxmox: {} }\nvms: []',
      [
        'doc.yml:2:1 document/unknown-key Cannot read "vms": a document has no such key here; it belongs under "plugins", "proxmox"',
      ],
    ],
    [
      'wrong types, all at once',
      'node: 5\ncluster: ""\nvms: { vmid: 100 }\ncontainers: [web, { vmid: 99 }, {}, { vmid: 201, network: [{}], comment: {} }]',
      [
        'doc.yml:1:1 document/wrong-type Cannot read "node": it is the number 5; a name is wanted',
        'doc.yml:2:1 document/wrong-type Cannot read "cluster": it is the text ""; a name is wanted',
        'doc.yml:3:1 document/wrong-type Cannot read "vms": it is a mapping; a list is wanted',
        'doc.yml:4:14 document/wrong-type Cannot read this container: it is the text "web"; a mapping with "vmid" is wanted',
        'doc.yml:4:21 container/spec Cannot read container/99: vmid is "99"; a number from 100 to 999999999, or auto, is wanted',
        'doc.yml:4:33 container/spec Cannot read a container: vmid is missing; a container is known by its number',
        "doc.yml:4:50 container/spec Cannot read container/201: net0: it is a list; PVE's text or a mapping is wanted",
        'doc.yml:4:65 container/spec Cannot read container/201: description: it is a mapping; a text is wanted',
      ],
    ],
    [
      'the same vmid twice',
      'vms:\n  - vmid: 100\n  - vmid: 100\ncontainers:\n  - vmid: "100"',
      [
        'doc.yml:3:5 document/vmid-twice Cannot declare vm/100: the vm at doc.yml:2:5 has the same vmid; each guest needs its own',
        'doc.yml:5:5 document/vmid-twice Cannot declare container/100: the vm at doc.yml:2:5 has the same vmid; each guest needs its own',
      ],
    ],
    [
      'options that PVE has not, or not like this',
      'vms:\n  - { vmid: 100, coers: 2, disk: { storage: local-lvm, sise: 20G }, state: up }',
      [
        'doc.yml:2:18 vm/spec Cannot read vm/100: qm has no option "coers"; did you mean "cores"?',
        'doc.yml:2:56 vm/spec Cannot read vm/100: scsi0.sise: "sise" is no sub-property of it; did you mean "size"?',
        'doc.yml:2:69 vm/spec Cannot read vm/100: state is "up"; present, running, stopped, absent are the states',
      ],
    ],
    [
      'a shorthand beside what it stands for',
      'vms:\n  - vmid: 100\n    scsi0: local-lvm:8\n    disk: local-lvm:9\ncontainers:\n  - { vmid: 200, name: a, hostname: b }',
      [
        'doc.yml:4:5 document/given-twice Cannot read "disk" of this vm: "scsi0" at doc.yml:3:5 means the same; one of them is wanted',
        'doc.yml:6:18 document/given-twice Cannot read "name" of this container: "hostname" at doc.yml:6:27 means the same; one of them is wanted',
      ],
    ],
    [
      "keys of a guest that come later, are misspelt or are the other kind's",
      'vms:\n  - { vmid: 100, cpu_mitigations: off, ha: { enabled: true }, netwrk: {}, rootfs: {} }\ncontainers:\n  - { vmid: 200, disk: {}, coment: "" }',
      [
        'doc.yml:2:40 document/not-yet Cannot read "ha" of this vm: it is not supported yet',
        'doc.yml:2:63 document/unknown-key Cannot read "netwrk" of this vm: it has no such key; did you mean "network"?',
        'doc.yml:2:75 document/unknown-key Cannot read "rootfs" of this vm: it is called "disk" here',
        'doc.yml:4:18 document/unknown-key Cannot read "disk" of this container: it is called "rootfs" here',
        'doc.yml:4:28 document/unknown-key Cannot read "coment" of this container: it has no such key; did you mean "comment"?',
      ],
    ],
  ])('with %s is refused, with the place', async (_, text, errors) => {
    expect(await errorsOf(text)).toEqual(errors);
  });

  it('with keys that JavaScript objects have of their own is refused like any other', async () => {
    const keys = ['__proto__', 'constructor', 'toString', 'a/b'];
    const errors = await errorsOf(
      `{ "vms": [{ "vmid": 100, ${keys.map((key) => `"${key}": 1`).join(', ')} }] }`,
    );
    expect(errors.map((error) => error.replace(/^\S+ /u, ''))).toEqual(
      keys.map((key) => `vm/spec Cannot read vm/100: qm has no option "${key}"`),
    );
  });

  it('of any other content is read, or refused with a place for each error', async () => {
    const hasPlaces = async (text: string): Promise<void> => {
      expect(diagnosticsOf(await read(text)).filter(({ at }) => at === undefined)).toEqual([]);
    };
    const key = fc.constantFrom(
      'vms',
      'containers',
      'node',
      'cluster',
      'plugins',
      'proxmox',
      'version',
      'vmid',
      'disk',
      'scsi0',
      'x',
      'vars',
      'count',
      'for_each',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, 1, 100, 'pve1', true, '{{ index }}', '{{ nope'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    await fc.assert(fc.asyncProperty(tree, (value) => hasPlaces(JSON.stringify(value))));
    await fc.assert(fc.asyncProperty(fc.string(), hasPlaces));
  });

  it('that is no YAML shows the line', async () => {
    const result = await read('vms:\n  - vmid: 100\n   name: x\n');
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'yaml/syntax', at: { line: 3 } }] });
  });
});
