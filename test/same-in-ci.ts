import fc from 'fast-check';

/** In CI generated values are the same each time, so that a change is judged by what it changes; elsewhere they are new. */
if (process.env['CI'] === 'true') fc.configureGlobal({ seed: 20_261_128 });
