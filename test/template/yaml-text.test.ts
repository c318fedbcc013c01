import { expect, test } from 'vitest';
import { niceYaml, plainYaml } from '../../src/template/yaml-text.ts';

const value = {
  zone: {},
  b: { c: 2, d: [1, 2, { e: 'x', f: [] }] },
  list: [[1, 2], [3, [4]], { k: 'v', l: { m: 1 } }],
  text: 'a: b',
  yes: 'yes',
  n: null,
  comma: 'a, b',
  flow: ['a, b', "it's"],
};

// As to_yaml and to_nice_yaml of Ansible 2.14 write it.
test('plain: keys in order, what holds no collections on one line', () => {
  expect(plainYaml(value)).toBe(`b:
  c: 2
  d:
  - 1
  - 2
  - e: x
    f: []
comma: a, b
flow: ['a, b', it's]
list:
- [1, 2]
- - 3
  - [4]
- k: v
  l: {m: 1}
n: null
text: 'a: b'
'yes': 'yes'
zone: {}
`);
});

test('nice: four spaces a level', () => {
  expect(niceYaml(value)).toBe(`b:
    c: 2
    d:
    - 1
    - 2
    -   e: x
        f: []
comma: a, b
flow:
- a, b
- it's
list:
-   - 1
    - 2
-   - 3
    -   - 4
-   k: v
    l:
        m: 1
n: null
text: 'a: b'
'yes': 'yes'
zone: {}
`);
});
