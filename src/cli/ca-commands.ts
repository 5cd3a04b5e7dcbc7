import { Command, InvalidArgumentError, Option } from 'commander';
import { problemText } from '../errors/problem';
import { CHANCE } from './ca/certificates';
import type { CaContext } from './ca/context';
import { init } from './ca/init';
import { issue, renew, reseal } from './ca/issue';
import { Keyring } from './ca/keyring';
import { KEY_SIZES } from './ca/keys';
import { rotateRoot, STEPS } from './ca/rotate-root';
import { SCOPES } from './ca/seal';
import { endingWithin, hasKeys, statusRows, statusTable } from './ca/status';
import { verifyProblems } from './ca/verify';
import { passphrase } from './passphrase';

/** Adds `ca` and what is below it. */
export function addCaCommands(program: Command, setExitCode: (code: number) => void): void {
  const ca = program.command('ca').description('one root, an intermediate CA for each cluster, and their secrets as ciphertext for Git');
  const command = (name: string, description: string) => ca.command(name).description(description).option(
    '--dir <folder>',
    'the folder of certificates and keys',
    'pki',
  );

  withKey(command('init', 'make the root of the mesh, or take over the certificate of one that signs elsewhere'))
    .option('--organization <name>', 'the organization in the certificate', 'Istio')
    .option('--root-cert <file>', 'the certificate of a root whose key stays elsewhere')
    .action(options => init(context(options.dir), given(options)));

  withDelivery(withRequest(withKey(command('issue <cluster>', 'make the intermediate CA of a cluster'))))
    .option('--organization <name>', 'the organization in the certificate (default: that of the root)')
    .option('--trust-domain <name>', 'let the CA sign identities of this trust domain alone (a critical name constraint)')
    .action((cluster, options) => issue(context(options.dir), cluster, given(options)));

  withDelivery(
    withRequest(withKey(command('renew <cluster>', 'replace the intermediate CA of a cluster by one of the same root, with a new key'))),
  )
    .action((cluster, options) => renew(context(options.dir), cluster, given(options)));

  withDelivery(command('reseal <clusters...>', 'encrypt the secrets of clusters anew, for instance for a new sealing certificate'))
    .action((clusters, options) => reseal(context(options.dir), clusters, given(options)));

  withKey(command('rotate-root', 'replace the root in steps; between two of them everything must have reached every cluster'))
    .argument('<step>', `${STEPS.join(', ')}`, oneOf(STEPS))
    .option('--organization <name>', 'the organization in the certificate of the new root', 'Istio')
    .option('--root-cert <file>', 'the certificate of a new root whose key stays elsewhere')
    .option('--cluster <name>', 'a cluster that takes the step now; can be repeated (default: all)', repeated)
    .action((step, options) => rotateRoot(context(options.dir), step, { ...given(options), clusters: options.cluster ?? [] }));

  command('status', 'list the certificates; exit with 1 when one ends soon')
    .option('--within <days>', 'what "soon" is, in days', wholeNumber, 30)
    .option('--json', 'print everything, for programs')
    .action(options => {
      const rows = statusRows(context(options.dir));
      console.log(options.json ? JSON.stringify(rows, null, 2) : statusTable(rows));
      const ending = endingWithin(rows, options.within);
      ending.forEach(({ what, daysLeft }) => console.error(`${what}: ${daysLeft < 0 ? 'has ended' : `ends in ${daysLeft} days`}`));
      setExitCode(ending.length > 0 ? 1 : 0);
    });

  command('verify', 'check every certificate, chain and ciphertext of the folder; exit with 1 when something is wrong')
    .option('--shared-sealing-key', 'the sealed-secrets controllers of several clusters share a key, on purpose')
    .action(options => {
      const problems = verifyProblems(context(options.dir), options);
      problems.forEach(problem => console.error(problemText(problem)));
      if (problems.length === 0) {
        console.log(
          `nothing wrong${hasKeys(options.dir) ? '' : '; the private keys are not here, so they were not looked for'}`,
        );
      }
      setExitCode(problems.length > 0 ? 1 : 0);
    });
}

function context(pki: string): CaContext {
  return { pki, keys: new Keyring(pki, passphrase), chance: CHANCE, print: line => console.log(line) };
}

/** Options as the commands know them: commander gives the bits as text, and what can be repeated by its singular. */
function given<T extends { keySize?: string; ageRecipient?: string[] }>(options: T): any {
  return { ...options, keySize: Number(options.keySize), ageRecipients: options.ageRecipient };
}

function withKey(command: Command): Command {
  return command
    .addOption(new Option('--key-size <bits>', 'the size of the RSA key').choices(KEY_SIZES).default('4096'))
    .option('--days <days>', 'how long the certificate is valid; never longer than its issuer', wholeNumber, 3650);
}

function withDelivery(command: Command): Command {
  return command
    .option('--sealing-cert <file>', 'the certificate of the cluster\'s sealed-secrets controller (kubeseal --fetch-cert)')
    .addOption(new Option('--scope <scope>', 'the scope of sealing').choices(SCOPES))
    .option('--age-recipient <recipient>', 'who can open the secret with sops: age1...; can be repeated', repeated)
    .option('--namespace <name>', 'the namespace of istiod (default: istio-system)');
}

function withRequest(command: Command): Command {
  return command
    .addOption(new Option('--csr-out <file>', 'write a certificate request, for a root that signs elsewhere').conflicts('importCert'))
    .option('--import-cert <file>', 'take the certificate that came of the request, and what is between it and the root');
}

/** An option that can be given again. One that takes several words at once would take the command's own arguments too. */
function repeated(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number of days, at least 1.');
  }
  return Number(text);
}

function oneOf(choices: string[]): (text: string) => string {
  return text => {
    if (!choices.includes(text)) {
      throw new InvalidArgumentError(`expected one of ${choices.join(', ')}.`);
    }
    return text;
  };
}
