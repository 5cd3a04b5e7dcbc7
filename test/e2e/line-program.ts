import { spawn } from 'child_process';
import { createInterface } from 'readline';

/** A program that answers each line of its input by a line of its output. */
export interface LineProgram {
  readonly ask: (question: object) => Promise<any>;
  readonly end: () => void;
}

interface Waiting {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: Error) => void;
}

/** A program that takes longer than ten minutes for an answer hangs. */
const LONGEST = 600_000;

/**
 * Starts a judge. It gets no environment of ours: settings of Istio in it would change the verdict. What it makes for a question is
 * garbage with the next one, so it need not be collected often.
 */
export function startLineProgram(name: string, program: string): LineProgram {
  const child = spawn(program, [], { env: { GOGC: '400' }, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: Waiting[] = [];
  let complaints = '';
  let end: string | undefined;
  const ended = (why: string) => {
    end ??= why;
    waiting.splice(0).forEach(({ reject }) => reject(new Error(`${name} ${end}:\n${complaints}`)));
  };
  child.stderr.on('data', chunk => {
    complaints = (complaints + chunk).slice(-4000);
  });
  child.stdin.on('error', error => ended(`takes no more questions: ${error.message}`));
  child.on('error', error => ended(`cannot be started: ${error.message}`));
  child.on('close', code => ended(`ended with ${code ?? 'a signal'}`));
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.resolve(JSON.parse(line)));
  return {
    ask: question => {
      const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
      return new Promise<any>((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (end !== undefined) {
          return ended(end);
        }
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }).finally(() => clearTimeout(timer));
    },
    end: () => child.kill(),
  };
}
