import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Question, watchBecoming } from '../../src/transports/become-watch.ts';

const marks = { hello: 'pvefleet-become-1', prompt: 'pvefleet-password-1', start: 'pvefleet-start-1' };

/** What a watch makes of stderr that comes in these pieces. */
function watched(method: 'sudo' | 'su', pieces: readonly (string | Buffer)[]) {
  const questions: Question[] = [];
  let starts = 0;
  const watch = watchBecoming(method, marks, {
    onQuestion: (question) => questions.push(question),
    onStart: () => (starts += 1),
  });
  const own = Buffer.concat(pieces.map((piece) => watch.take(Buffer.from(piece)))).toString('latin1');
  return { questions, starts, own, said: watch.said() };
}

const lecture =
  'We trust you have received the usual lecture from the local System\nAdministrator. It usually boils down to these three things:\n\n    #1) Respect the privacy of others.\n\n';

test('however stderr is cut, the password is asked for once, and the command has its own lines, of any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.uint8Array(), fc.boolean(), (cuts, bytes, asks) => {
      const all = Buffer.concat([
        Buffer.from(
          `Password expires: ${marks.hello}\n${lecture}${asks ? marks.prompt : ''}${marks.start}\n`,
        ),
        Buffer.from(bytes),
      ]);
      const places = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])].sort(
        (a, b) => a - b,
      );
      // sudo writes a prompt in one piece and waits.
      const asked = all.indexOf(marks.prompt);
      const end = asked < 0 ? [] : [asked + marks.prompt.length];
      const ends = [...new Set([...places, ...end])].sort((a, b) => a - b);
      const pieces = ends.slice(1).map((place, index) => all.subarray(ends[index], place));
      expect(watched('sudo', pieces)).toEqual({
        questions: asks ? [{ for: 'password' }] : [],
        starts: 1,
        own: Buffer.from(bytes).toString('latin1'),
        said: expect.stringContaining(lecture.trim()),
      });
    }),
  );
});

test.each<['sudo' | 'su', readonly string[], readonly Question[]]>([
  ['sudo', [marks.prompt, 'Sorry, try again.\n', marks.prompt], [{ for: 'password' }, { for: 'password' }]],
  ['sudo', ['LDAP Password: '], [{ for: 'password' }]],
  [
    'sudo',
    [marks.prompt, '\nVerification code: '],
    [{ for: 'password' }, { for: 'more', text: 'Verification code:' }],
  ],
  ['sudo', ['sudo: unable to resolve host pve1: Name or service not known\n'], []],
  ['sudo', ['sudo: ', 'a password is required', '\n'], []],
  ['sudo', ['sudo: ', 'unable to resolve host pve1: ', 'Name or service not known', '\n'], []],
  ['sudo', ['bash: line 5: ', 'exec: sudo: not found\n'], []],
  ['su', ['su: ', 'Authentication failure\n'], []],
  ['su', ['Passwort: '], [{ for: 'password' }]],
  ['su', ['パスワード：'], [{ for: 'password' }]],
  ['su', ['Password: ', '\nsu: Authentication failure\n'], [{ for: 'password' }]],
])('%s: %j', (method, pieces, questions) => {
  expect(watched(method, [`${marks.hello}\n`, ...pieces])).toMatchObject({ questions, starts: 0, own: '' });
});
