#!/usr/bin/env node
// CommonJS (package.json beside it): Node's loader of other modules takes a fifth of the start of a small command.
const path = require('node:path');
const { loadProgram } = require('../dist/command/load-program.cjs');

const words = process.argv.slice(2);
loadProgram(path.join(__dirname, '..', 'dist', 'command', 'main.cjs'), words[0], process.env).main(words);
