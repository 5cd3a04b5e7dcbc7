/**
 * Runs `istio-mesh ca` and ends itself with SIGKILL at one of the steps by which it changes the folder: what the proof
 * `kill-ca` looks at. Arguments: the folder, the number of the step (0: none), "before" or "half", then the command.
 */
import fs from 'fs';
import { main } from '../../src/cli/main';

const [pki, at, how, ...command] = process.argv.slice(2);
const STEPS = ['openSync', 'fsyncSync', 'writeFileSync', 'renameSync', 'mkdirSync', 'rmSync', 'linkSync', 'unlinkSync'] as const;
const steps: string[] = [];

for (const name of STEPS) {
  const original: any = fs[name];
  (fs as any)[name] = (...args: any[]) => {
    // What is printed is no step; nor is what happens elsewhere.
    if (typeof args[0] === 'number' ? args[0] > 2 : String(args[0]).startsWith(pki)) {
      const text = typeof args[0] === 'number' && name === 'writeFileSync';
      steps.push(text ? 'writing' : name);
      if (steps.length === Number(at)) {
        if (how === 'half' && text) {
          fs.writeSync(args[0], String(args[1]).slice(0, String(args[1]).length / 2));
        }
        process.kill(process.pid, 'SIGKILL');
      }
    }
    return original(...args);
  };
}

void main(['ca', ...command, '--dir', pki]).then(code => {
  fs.writeFileSync(1, `\nsteps ${JSON.stringify(steps)}\n`);
  process.exitCode = code;
});
