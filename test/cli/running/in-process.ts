import type { ExecFileException } from 'child_process';
import { appendFileSync, existsSync, readFileSync, statSync } from 'fs';
import { basename, dirname, join } from 'path';

/** How `execFile` calls back. */
type Callback = (error: ExecFileException | null, stdout: string, stderr: string) => void;

const actual: typeof import('child_process') = jest.requireActual('child_process');

/**
 * The module `child_process`, in which the fake kubectl answers as fake-kubectl.sh does, and no process is started. Thousands of starts are
 * most of the time of a test file. Any other program is started.
 */
export const childProcess = {
  ...actual,
  execFile: (program: string, args: string[], options: object, callback: Callback) => {
    const folder = dirname(program);
    if (basename(program) !== 'kubectl' || !existsSync(join(folder, 'answers'))) {
      return actual.execFile(program, args, options, callback as never);
    }
    const [error, stdout, stderr] = answerOf(folder, args);
    setImmediate(() => callback(error === undefined ? null : Object.assign(new Error(stderr), { code: error }), stdout, stderr));
    const stdin = { on: () => stdin, end: () => undefined };
    return { stdin };
  },
};

/** Exit code of a failure, what is printed, and what is printed to the standard error. */
function answerOf(folder: string, args: string[]): [number | undefined, string, string] {
  const context = args.find(arg => arg.startsWith('--context='))?.slice('--context='.length) ?? '';
  const words = args.filter(arg => !/^--(context|kubeconfig|request-timeout)=/.test(arg)).join(' ');
  appendFileSync(join(folder, 'calls'), `${context} ${words}\n`);
  const answer = join(folder, 'answers', context, words.replace(/ sh -c [^]*/, ' sh -c'));
  if (!existsSync(join(folder, 'answers', context))) {
    return [1, '', `error: context "${context}" does not exist\n`];
  }
  if (existsSync(`${answer}.error`)) {
    return [1, '', readFileSync(`${answer}.error`, 'utf8')];
  }
  if (statSync(answer, { throwIfNoEntry: false })?.isFile()) {
    return [undefined, readFileSync(answer, 'utf8'), ''];
  }
  return words.startsWith('get') ? [undefined, '', ''] : [1, '', `Error from server (NotFound): no answer for ${words}\n`];
}
