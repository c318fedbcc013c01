import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCalendarEvent, parseCalendarEvent } from '../../src/pve/calendar-event.ts';

describe('a calendar event', () => {
  test.each([
    ['mon..fri 02:00', 'mon,tue,wed,thu,fri *-*-* 02:00:00'],
    ['*/15', '*-*-* *:00,15,30,45:00'],
    ['sat 18:15', 'sat *-*-* 18:15:00'],
    ['1..7', '*-*-* *:01..07:00'],
    ['mon', 'mon *-*-* 00:00:00'],
    ['*', '*-*-* *:*:00'],
    ['1/12:0/15', '*-*-* 01,13:00,15,30,45:00'],
    ['22/1:0', '*-*-* 22..23:00:00'],
    ['2,4:0,1,3..5', '*-*-* 02,04:00..01,03..05:00'],
    ['fri..mon 3:00 UTC', 'mon,fri,sat,sun *-*-* 03:00:00 UTC'],
    ['2026-12-24 20:00', '2026-12-24 20:00:00'],
    ['12-24', '*-12-24 00:00:00'],
    ['*-1,7-1..7/2 8:30:15', '*-01,07-01,03,05,07 08:30:15'],
    // No hour 30: these are minutes and seconds.
    ['30:15', '*-*-* *:30:15'],
    ['sat *-1..7 15:00', 'sat *-*-01..07 15:00:00'],
    ['*-0-1', 'never'],
  ])('%j happens at %j', (text, normal) => {
    expect(normalCalendarEvent(text)).toBe(normal);
  });

  test.each([
    ['daily', '0:0'],
    ['daily', '00:00:00'],
    ['daily', 'mon..sun'],
    ['daily UTC', '0:0UTC'],
    ['hourly', '*:0'],
    ['minutely', '*/1'],
    ['weekly', 'MONDAY'],
    ['monthly', '*-1'],
    ['yearly', 'annually'],
    ['quarterly', '*-1,4,7,10-1 0:0'],
    ['semi-annually', '1/6-1 0:00'],
    ['mon..sun 3:0', '  3:00 '],
    ['wed,mon..tue,fri', 'Fri,Mon,Tue,Wednesday'],
    ['0..59/20', '40,20,0'],
  ])('%j means the same as %j', (a, b) => {
    expect(normalCalendarEvent(a)).toBe(normalCalendarEvent(b));
    expect(normalCalendarEvent(a)).toBeDefined();
  });

  test.each([
    '',
    ' ',
    '61',
    '*/61',
    '0..80',
    '5..3',
    ' mon 0 0 0',
    ' mon 0 0',
    'someday',
    'Daily',
    '1,',
    '*/0',
    'mon,',
    '25:61',
    '1/',
    'UTC',
    'mon-fri',
  ])('%j is refused with what is wanted', (text) => {
    expect(parseCalendarEvent(text)).toMatch(/is no calendar event.*; one like "mon\.\.fri 02:00"/u);
    expect(normalCalendarEvent(text)).toBeUndefined();
  });

  test('says where it can not be read further', () => {
    expect(parseCalendarEvent('mon 10:00 x')).toMatch(/from " x" on/u);
  });

  test('in normal form is its own normal form', () => {
    const number = (from: number, to: number): fc.Arbitrary<string> =>
      fc.integer({ min: from, max: to }).map(String);
    const list = (from: number, to: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        number(1, to).map((step) => `*/${step}`),
        fc
          .array(
            fc.oneof(
              number(from, to),
              fc.tuple(number(from, to), number(1, to)).map(([start, step]) => `${start}/${step}`),
              fc
                .tuple(number(from, from + 3), number(from + 3, to))
                .map(([start, end]) => `${start}..${end}`),
            ),
            { minLength: 1, maxLength: 3 },
          )
          .map((items) => items.join(',')),
      );
    const event = fc
      .tuple(
        fc.constantFrom('', 'mon ', 'tue..thu,sun '),
        list(1, 12),
        list(1, 31),
        list(0, 23),
        list(0, 59),
        list(0, 59),
        fc.boolean(),
      )
      .map(
        ([days, month, day, hour, minute, second, utc]) =>
          `${days}${month}-${day} ${hour}:${minute}:${second}${utc ? ' UTC' : ''}`,
      );
    fc.assert(
      fc.property(event, (text) => {
        const normal = normalCalendarEvent(text) ?? 'refused';
        expect(normalCalendarEvent(normal)).toBe(normal);
        expect(parseCalendarEvent(normal)).toEqual(parseCalendarEvent(text));
      }),
    );
  });

  test('of any text is an event or a refusal, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9*,./: -]{0,20}$/u)), (text) => {
        expect(['string', 'object']).toContain(typeof parseCalendarEvent(text));
      }),
    );
  });
});
