/**
 * Runs `istio-mesh ca` for the proof `kill-ca`, and kills itself with SIGKILL at one of the file operations that change the folder.
 * Arguments: the folder, the number of the operation (0 for none), "before" or "half", and the command. With "half", half of the
 * text of a write reaches the file first.
 */
import fs from 'fs';
import Module from 'module';
import { join } from 'path';

// Few rounds of PBKDF2: this proof is not about keys, and would spend most of its time on them.
const derivation = join(__dirname, '..', '..', 'src', 'cli', 'ca', 'key-derivation.ts');
require.cache[derivation] = Object.assign(new Module(derivation), { exports: { ITERATIONS: 1000 }, loaded: true });
const { main } = Module.createRequire(__filename)('../../src/cli/main') as typeof import('../../src/cli/main');

const [pki, killAt, how, ...command] = process.argv.slice(2);
const OPERATIONS = ['openSync', 'fsyncSync', 'writeFileSync', 'renameSync', 'mkdirSync', 'rmSync', 'linkSync', 'unlinkSync'] as const;
const steps: string[] = [];

for (const name of OPERATIONS) {
  const original: any = fs[name];
  (fs as any)[name] = (...args: any[]) => {
    const isOpenFile = typeof args[0] === 'number';
    // Output to the terminal and changes outside the folder do not count.
    const changesFolder = isOpenFile ? args[0] > 2 : String(args[0]).startsWith(pki);
    if (changesFolder) {
      const writesText = isOpenFile && name === 'writeFileSync';
      steps.push(writesText ? 'writing' : name);
      if (steps.length === Number(killAt)) {
        if (how === 'half' && writesText) {
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
