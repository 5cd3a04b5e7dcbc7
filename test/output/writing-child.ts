/**
 * Writes a folder and its secrets for each run that a line of the standard input names, and prints "written" or the code of the
 * error.
 */
import { createInterface } from 'readline';
import { writeOutput } from '../../src/output/folder-writer';
import { OutputFiles } from '../../src/output/output-files';

/** Files of a run: two thirds of all paths, with a content of its own. */
export function filesOf(run: string): Map<string, string> {
  const numbers = Array.from({ length: 120 }, (_, i) => i).filter(i => i % 3 !== Number(run) % 3);
  return new Map(numbers.map(i => [`c${i % 4}/f${i}.yaml`, `${run} ${i}\n`]));
}

function outcomeOf(folder: string, secrets: string, run: string): string {
  try {
    const files = OutputFiles.of(filesOf(run));
    writeOutput(folder, files, new Map([[secrets, files]]));
    return 'written';
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

if (require.main === module) {
  const [folder, secrets] = process.argv.slice(2);
  console.log('ready');
  createInterface({ input: process.stdin }).on('line', run => console.log(outcomeOf(folder, secrets, run)));
}
