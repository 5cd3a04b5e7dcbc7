import { createInterface } from 'readline';
import { Writable } from 'stream';

/** Terminal that a person types at. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks for a line of text and does not show what is typed.
 *
 * Every end of the prompt settles the promise. A promise that stays open would end the process with the exit code 0 and
 * without its clean-up, because Node ends when nothing is left to wait for.
 * @returns the line; undefined if the input ends (Ctrl-D) or the user interrupts it (Ctrl-C)
 */
export function hiddenLine(prompt: string, { input, output }: Terminal): Promise<string | undefined> {
  output.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: silent, terminal: true });
  return new Promise(resolve => {
    terminal.on('line', line => {
      resolve(line);
      terminal.close();
    });
    terminal.on('SIGINT', () => terminal.close());
    terminal.on('close', () => {
      output.write('\n');
      // The promise keeps the line if there was one.
      resolve(undefined);
    });
  });
}
