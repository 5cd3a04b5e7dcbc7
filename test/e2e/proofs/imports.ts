import { join } from 'path';
import { run } from '../process';
import { must, Proof } from '../proof';

const ROOT = join(__dirname, '..', '..', '..');

/** The generated Istio types are equal to a new generation from Istio's CRDs, so that nobody has edited them. */
export const importsProof: Proof = {
  name: 'imports',
  parts: [],
  show: async () => {
    const printed = await run(process.execPath, [require.resolve('tsx/cli'), 'imports/generate.ts', '--check'], { cwd: ROOT });
    const line = printed.split('\n').find(text => text.startsWith('imports: '));
    must(line !== undefined, `no verdict in:\n${printed}`);
    return line!.replace('imports: ', '');
  },
};
