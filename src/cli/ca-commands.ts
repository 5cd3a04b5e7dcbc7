import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { KEY_SIZES, ROTATION_STEPS } from './ca/choices';
import { examples } from './help-examples';
import { SCOPES } from '../pki/ciphertext-files';

const EXIT_CODES = 'Exit codes: 0 done, 1 the command could not run.';

const TRUST_DOMAIN = 'limit the CA to identities of this trust domain, by a critical name constraint';

/** Returns what the commands do. It is loaded when a command runs, and not for help or a wrong argument. */
function actions(): typeof import('./ca-actions') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./ca-actions');
}

/** Adds the subcommands of `ca`. */
export function addCaCommands(ca: Command, setExitCode: (code: number) => void): void {
  addInit(ca);
  addIssue(ca);
  addRenew(ca);
  addReseal(ca);
  addRotateRoot(ca);
  addStatus(ca, setExitCode);
  addVerify(ca, setExitCode);
}

function addInit(ca: Command): void {
  withRootOptions(command(ca, 'init', 'create the root of the mesh, or take over the certificate of an external root'), 'the root')
    .addHelpText('after', examples([
      ['istio-mesh ca init', 'a new root; the passphrase is asked for'],
      ['istio-mesh ca init --organization Example --days 1825', 'a root of an organization, for five years'],
      ['istio-mesh ca init --root-cert root.pem', 'a root whose key is elsewhere'],
    ], EXIT_CODES))
    .action(options => actions().init(options));
}

function addIssue(ca: Command): void {
  withIssueOptions(command(ca, 'issue <cluster>', 'create the intermediate CA of a cluster; if there is one, nothing changes'))
    .option('--organization <name>', 'organization in the certificate (default: the organization of the root)')
    .option('--trust-domain <name>', TRUST_DOMAIN)
    .addHelpText('after', examples([
      ['istio-mesh ca issue cluster1 --sealing-cert cluster1.pem', 'a CA that is sealed for the controller of the cluster'],
      ['istio-mesh ca issue cluster1 --age-recipient age1...', 'a CA that sops can decrypt'],
      ['istio-mesh ca issue cluster1 --csr-out cluster1.csr', 'a request for an external root'],
    ], EXIT_CODES))
    .action((cluster, options) => actions().issue(cluster, options));
}

function addRenew(ca: Command): void {
  withIssueOptions(command(ca, 'renew <cluster>', 'replace the intermediate CA of a cluster with one of the same root, with a new key'))
    .option('--trust-domain <name>', `${TRUST_DOMAIN} (default: the current limit)`)
    .addHelpText('after', examples([
      ['istio-mesh ca renew cluster1', 'a new key and certificate, with the recipients of last time'],
      ['istio-mesh ca renew cluster1 --import-cert cluster1.pem', 'a certificate that an external root signed'],
    ], EXIT_CODES))
    .action((cluster, options) => actions().renew(cluster, options));
}

function addReseal(ca: Command): void {
  withEncryptionOptions(
    command(ca, 'reseal <clusters...>', 'encrypt the secrets of clusters again, for instance for a new sealing certificate'),
  )
    .addHelpText('after', examples([
      ['istio-mesh ca reseal cluster1 --sealing-cert new.pem --accept-recipient 5A:1C:...', 'the controller has a new certificate'],
      ['istio-mesh ca reseal cluster1 cluster2 --namespace istio-system', 'the secrets of several clusters'],
    ], EXIT_CODES))
    .action((clusters, options) => actions().reseal(clusters, options));
}

function addRotateRoot(ca: Command): void {
  withRootOptions(
    command(ca, 'rotate-root', 'replace the root in three steps; each step must reach every cluster before the next one'),
    'the new root',
  )
    .addArgument(new Argument('<step>', 'step to take').choices(ROTATION_STEPS))
    .option('--cluster <name>', 'cluster that takes the step now; can be repeated (default: all clusters)', repeated)
    .addHelpText('after', examples([
      ['istio-mesh ca rotate-root introduce', 'every cluster trusts a new root too'],
      ['istio-mesh ca rotate-root switch --cluster cluster1', 'the new root signs the CA of one cluster'],
      ['istio-mesh ca rotate-root retire', 'no cluster trusts the old root'],
    ], EXIT_CODES))
    .action((step, options) => actions().rotateRoot(step, options));
}

function addStatus(ca: Command, setExitCode: (code: number) => void): void {
  command(ca, 'status', 'list the certificates; the exit code is 1 if one expires soon')
    .option('--within <days>', 'days that count as soon', wholeNumber, 30)
    .option('--json', 'print all properties as JSON')
    .addHelpText('after', examples([
      ['istio-mesh ca status', 'all certificates, in a table'],
      ['istio-mesh ca status --within 90', 'for a job that warns three months before'],
    ], 'Exit codes: 0 no certificate expires soon, 1 one does, or the command could not run.'))
    .action(options => setExitCode(actions().status(options)));
}

function addVerify(ca: Command, setExitCode: (code: number) => void): void {
  command(ca, 'verify', 'check every certificate, chain and ciphertext of the folder; the exit code is 1 if there is a problem')
    .option('--shared-sealing-key', 'accept that the sealed-secrets controllers of several clusters share a key')
    .addHelpText('after', examples([
      ['istio-mesh ca verify', 'for every pull request; it needs no passphrase'],
      ['istio-mesh ca verify --dir ../ca/pki', 'another folder'],
    ], 'Exit codes: 0 no problem, 1 a problem, or the command could not run.'))
    .action(options => setExitCode(actions().verify(options)));
}

function command(ca: Command, usage: string, description: string): Command {
  return ca.command(usage).description(description).option('--dir <folder>', 'folder of certificates and keys', 'pki');
}

function withRootOptions(target: Command, root: string): Command {
  return withCertificateOptions(target)
    .option('--organization <name>', `organization in the certificate of ${root}`, 'Istio')
    .option('--root-cert <file>', 'certificate of an external root, whose key is elsewhere');
}

function withIssueOptions(target: Command): Command {
  return withEncryptionOptions(withCertificateOptions(target))
    .addOption(new Option('--csr-out <file>', 'write a certificate request for an external root').conflicts('importCert'))
    .option('--import-cert <file>', 'import the signed certificate, with all CAs between it and the root');
}

function withCertificateOptions(target: Command): Command {
  const keySize = new Option('--key-size <bits>', 'size of the RSA key')
    .choices(KEY_SIZES.map(String)).argParser(keySizeOf).default(4096);
  return target
    .addOption(keySize)
    .option('--days <days>', 'validity in days; a certificate never outlives its issuer', wholeNumber, 3650);
}

function withEncryptionOptions(target: Command): Command {
  return target
    .option('--sealing-cert <file>', 'certificate of the cluster\'s sealed-secrets controller (kubeseal --fetch-cert)')
    .addOption(new Option('--scope <scope>', 'scope of sealing').choices(SCOPES))
    .option('--age-recipient <recipient>', 'recipient age1... that can decrypt the secret with sops; can be repeated', repeated)
    .option(
      '--accept-recipient <fingerprint>',
      'recipient that the CA key was not encrypted for last time, as the error names it; can be repeated',
      repeated,
    )
    .option('--drop-recipient <fingerprint>', 'recipient of last time that nobody replaces; can be repeated', repeated)
    .option('--namespace <name>', 'namespace of istiod (default: istio-system, or the current namespace of the cluster)');
}

/** Parser of an option that can be repeated. An option with several values at once would consume the arguments of the command. */
function repeated(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}

function keySizeOf(text: string): number {
  return Number(oneOf(KEY_SIZES.map(String))(text));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number of days, at least 1.');
  }
  return Number(text);
}

function oneOf<T extends string>(choices: T[]): (text: string) => T {
  return text => {
    const choice = choices.find(candidate => candidate === text);
    if (choice === undefined) {
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    }
    return choice;
  };
}
