import { expect, test } from 'vitest';
import { formatPosition } from '../../src/diagnostic.ts';
import { emptyDraft } from '../../src/inventory/draft.ts';
import { readIni } from '../../src/inventory/read-ini.ts';

/** What Ansible makes of INI is recorded under fixtures/ini and fixtures/ini-values; here are the errors. */
function errorsOf(text: string): readonly string[] {
  return readIni(text, 'hosts', emptyDraft()).map(
    ({ at, message }) => `${at === undefined ? '' : formatPosition(at)} ${message}`,
  );
}

test('all errors of a file at once, each with its place and the nearest right word', () => {
  expect(
    errorsOf(`[web]
pve1 rack=1 loose
  pve[3:1]
pve2 name="open
pve3:99999
pve4 no-dash=1
user=root
[web:varz]
passed=over
[site:children]
wbe
two words
[wbe:vars]
x=1
[web:vars]
no equals
ansible_group_priority=high
[broken section]
[two]three
`),
  ).toEqual([
    'hosts:2:13 Cannot read host "pve1": "loose" after it is no variable; name=value is wanted',
    'hosts:3:3 Cannot read host "pve[3:1]": [3:1] ends before it starts',
    'hosts:4:1 Cannot read hosts of group "web": a quote (") is not closed',
    'hosts:5:1 Cannot read host "pve3:99999": its port is 99999; one from 1 to 65535 is wanted',
    'hosts:6:6 Cannot read variable "no-dash": it is no variable name; letters, digits and "_" are wanted',
    'hosts:8:1 Cannot read section [web:varz]: there is no kind "varz" of section, only hosts, children and vars; did you mean "vars"?',
    'hosts:12:1 Cannot read the children of group "site": "two words" is no group name; one a line is wanted',
    'hosts:16:1 Cannot read vars of group "web": "no equals" has no "="; name=value is wanted',
    'hosts:17:1 Cannot use ansible_group_priority: it is "high"; a whole number is wanted',
    'hosts:18:1 Cannot read section [broken section]: it is no section; [group], [group:children] or [group:vars] is wanted',
    'hosts:19:1 Cannot read section [two]three: it is no section; [group], [group:children] or [group:vars] is wanted',
    'hosts:11:1 Cannot read the children of group "site": no group is called "wbe"; did you mean "web"?',
    'hosts:13:1 Cannot read section [wbe:vars]: no group is called "wbe"; did you mean "web"?',
  ]);
});

test('an IPv6 address is told how to be written', () => {
  expect(errorsOf('2001:db8::1\n')).toEqual([
    'hosts:1:1 Cannot read host "2001:db8::1": it is an IPv6 address; a name is wanted, with the address as its ansible_host',
  ]);
});
