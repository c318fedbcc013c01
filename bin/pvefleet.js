#!/usr/bin/env node
import '../dist/cli/optimise-late.js';
import { fileURLToPath } from 'node:url';
import { loadProgram } from '../dist/cli/load-program.js';

const words = process.argv.slice(2);
const file = fileURLToPath(new URL('../dist/command/main.cjs', import.meta.url));
loadProgram(file, words[0], process.env).main(words);
