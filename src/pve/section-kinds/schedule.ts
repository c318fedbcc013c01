import { normalCalendarEvent } from '../calendar-event.ts';

/** A calendar event in one form; text that is none as it is. */
export const scheduleForm = (value: string): string => normalCalendarEvent(value) ?? value;
