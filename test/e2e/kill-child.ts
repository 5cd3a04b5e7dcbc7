/** Writes one of two big meshes into a folder, and prints when the writing begins. The proof `kill` kills this process. */
import { writeSync } from 'fs';
import { bigOutput } from './big-output';
import { writeOutput } from '../../src/output/folder-writer';

const [folder, variant] = process.argv.slice(2);
const output = bigOutput(variant);
writeSync(1, 'writing\n');
writeOutput(folder, output);
writeSync(1, 'done\n');
