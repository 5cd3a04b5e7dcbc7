import { cpSync, readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import { CaContext } from '../../../../src/cli/ca/context';
import { SYSTEM_ENVIRONMENT } from '../../../../src/cli/ca/environment';
import { issue } from '../../../../src/cli/ca/issue';
import { Keyring } from '../../../../src/cli/ca/keyring';
import { rotateRoot } from '../../../../src/cli/ca/rotate-root';
import { RotationStepName } from '../../../../src/cli/ca/rotation-steps';
import { verifyProblems } from '../../../../src/cli/ca/verify';
import { problemText } from '../../../../src/errors/problem';
import { PKI } from '../../../../src/pki/pki-folder';
import { pkiIn } from '../../cluster/pki';
import { attempt, Ended } from '../../process';
import { must, Proof } from '../../proof';

const MOMENTS = Number(process.env.KILLS ?? 200);
const SMALL = ['--key-size', '2048'];

/** A command that is ended, and how it is taken up again. */
interface Scenario {
  readonly name: string;
  readonly command: string[];
  readonly again: (context: CaContext) => Promise<void>;
  /** Files that the command has no business with: they stay as they are. */
  readonly kept: RegExp;
}

const ROTATE = { organization: 'Istio', keySize: 2048, days: 3650, clusters: [] };
const rotate = (step: RotationStepName, kept: RegExp): Scenario => ({
  name: step,
  command: ['rotate-root', step, ...SMALL],
  again: context => rotateRoot(context, step, ROTATE),
  kept,
});
const SCENARIOS: Scenario[] = [
  {
    name: 'issue',
    command: ['issue', 'cluster3', ...SMALL],
    again: context => issue(context, 'cluster3', { keySize: 2048, days: 3650 }),
    kept: /^(root-cert.pem|clusters\/cluster[12]\/)/,
  },
  rotate('introduce', /^(root-cert.pem|clusters\/.*\/(ca-cert|cert-chain|sealing-cert).pem)/),
  rotate('switch', /^(root-cert.pem|next-root-cert.pem|clusters\/.*\/(root-cert|sealing-cert).pem)/),
  rotate('retire', /^clusters\/.*\/(ca-cert|cert-chain|sealing-cert).pem/),
];

/** kill -9 at the very steps by which `ca issue` and `ca rotate-root` change the folder: no CA or key is lost, replaced or half. */
export const killCaProof: Proof = {
  name: 'kill-ca',
  parts: [],
  async show({ folder, say }) {
    const { folder: first, sealingCert } = await pkiIn(folder);
    const passphrase = join(folder, 'passphrase');
    const issues = ['cluster1', 'cluster2'].map(cluster => ['issue', cluster, ...SMALL, '--sealing-cert', sealingCert]);
    for (const command of [['init', ...SMALL], ...issues]) {
      const { code, stderr } = await child(passphrase, first, 0, 'before', { command });
      must(code === 0, `${command[0]}: ${stderr}`);
    }
    let from = first;
    let moments = 0;
    let hits = 0;
    let halves = 0;
    for (const [i, scenario] of SCENARIOS.entries()) {
      const whole = join(folder, `whole-${scenario.name}`);
      cpSync(from, whole, { recursive: true });
      const steps: string[] = JSON.parse(/^steps (.*)$/m.exec((await child(passphrase, whole, 0, 'before', scenario)).stdout)![1]);
      const halfway = steps.flatMap((name, step) => name === 'writing' ? [[step + 1, 'half'] as const] : []);
      const places = [...steps.map((_, step) => [step + 1, 'before'] as const), ...halfway];
      const wanted = Math.min(places.length, i === SCENARIOS.length - 1 ? MOMENTS - moments : Math.round(MOMENTS / SCENARIOS.length));
      say(`${scenario.name}: ${steps.length} steps, ended at ${wanted} places`);
      const chosen = Array.from({ length: wanted }, (_, n) => places[Math.floor(n * places.length / wanted)]);
      const source = from;
      const end = async ([step, how]: readonly [number, string], n: number) => {
        const pki = join(folder, `${scenario.name}-${n}`);
        cpSync(source, pki, { recursive: true });
        return { pki, step, how, ended: await child(passphrase, pki, step, how, scenario) };
      };
      // Two at a time: each is a process of its own on a folder of its own. The next two run while the check of the last ones keeps
      // this process busy.
      const pair = (n: number) => Promise.all(chosen.slice(n, n + 2).map((place, k) => end(place, n + k)));
      let next = pair(0);
      for (let n = 0; n < chosen.length; n += 2) {
        const over = await next;
        next = pair(n + 2);
        for (const { pki, step, how, ended } of over) {
          must(ended.code === null, `${scenario.name} at step ${step} was not ended: ${ended.stdout}${ended.stderr}`);
          await checked(pki, source, scenario, passphrase, `${scenario.name}, ${how} step ${step} (${steps[step - 1]})`);
          hits++;
          halves += how === 'half' ? 1 : 0;
        }
      }
      moments += wanted;
      // The next step goes on from where this one ends when nobody ends it; `issue` stands aside.
      from = scenario.name === 'issue' ? first : whole;
    }
    must(hits >= MOMENTS, `only ${hits} of ${MOMENTS} moments hit a step`);
    const kills = `${hits} kills, each at a step that changes the folder, ${halves} of them in the middle of a file`;
    return `${kills}: no CA or key lost, replaced or half-written; each next run ends right`;
  },
};

function child(passphrase: string, pki: string, step: number, how: string, { command }: Pick<Scenario, 'command'>): Promise<Ended> {
  const args = ['--import', require.resolve('tsx'), join(__dirname, '..', '..', 'kill-ca-child.ts'), pki, String(step), how, ...command];
  return attempt(process.execPath, args, { env: { ...process.env, ISTIO_MESH_PASSPHRASE_FILE: passphrase } });
}

async function checked(pki: string, before: string, scenario: Scenario, passphraseFile: string, where: string): Promise<void> {
  const [was, left] = [texts(before), texts(pki)];
  for (const [path, text] of left) {
    must(isWhole(path, text), `${where}: ${path} is half-written`);
  }
  const keys = new Keyring(pki, SYSTEM_ENVIRONMENT, async () => readFileSync(passphraseFile, 'utf8').trim());
  await scenario.again({ pki, keys, environment: SYSTEM_ENVIRONMENT, print: () => undefined });
  const after = texts(pki);
  const same = (path: string, text: string) => must(
    after.get(path) === text,
    `${where}: ${path} was ${after.has(path) ? 'replaced' : 'lost'}`,
  );
  // The record of the recipients is the only file of the private folder that a command writes again.
  const isKey = (path: string) => path.startsWith(PKI.private) && path !== `${PKI.private}/${PKI.recipients}`;
  was.forEach((text, path) => (isKey(path) || scenario.kept.test(path)) && same(path, text));
  // A CA that was in place when the run ended is not made once more.
  const made = /^(next-root-cert.pem|clusters\/[^.][^/]*\/ca-cert.pem)$/;
  if (scenario.name !== 'retire') {
    left.forEach((text, path) => made.test(path) && was.get(path) !== text && same(path, text));
  }
  // A key that a run which was ended had made goes on to its certificate, or stays as one that never had any.
  left.forEach((text, path) => {
    if (/^private\/[^.]/.test(path) && isKey(path)) {
      must([...after.values()].includes(text), `${where}: ${path} was lost`);
    }
  });
  const problems = verifyProblems({ pki, keys, environment: SYSTEM_ENVIRONMENT }, { sharedSealingKey: true });
  must(problems.length === 0, `${where}: ${problems.map(problemText).join('; ')}`);
  const unfinished = [...after.keys()].filter(path => /(^|\/)\./.test(path) && path !== 'private/.gitignore');
  must(unfinished.length === 0, `${where}: left over: ${unfinished.join(', ')}`);
}

/** Whether a file under its final name is what some run meant to write. */
function isWhole(path: string, text: string): boolean {
  if (path.split('/').some(part => part.startsWith('.'))) {
    return true;
  }
  if (path.endsWith('.json')) {
    try {
      const value = JSON.parse(text);
      return path.endsWith(`/${PKI.recipients}`) || Boolean(value.encryptedData);
    } catch {
      return false;
    }
  }
  return /^(-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \2-----\n)+$/.test(text);
}

function texts(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return new Map(
    entries.map(entry => join(entry.parentPath, entry.name)).map(file => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}
