import { CaContext } from './ca/context';
import { IssueOptions } from './ca/create-ca';
import { EncryptionOptions } from './ca/encryption-settings';
import { SYSTEM_ENVIRONMENT } from './ca/environment';
import { init as initFolder, RootOptions } from './ca/init';
import { issue as issueCa, renew as renewCa, reseal as resealSecrets } from './ca/issue';
import { Keyring } from './ca/keyring';
import { allClusters } from './ca/roots';
import { rotateRoot as rotate } from './ca/rotate-root';
import type { RotateOptions, RotationStepName } from './ca/rotation-steps';
import { expiringWithin, StatusRow, statusRows, statusTable } from './ca/status';
import { uncheckedParts, verifyProblems, VerifyOptions, verifyWarnings } from './ca/verify';
import { recipientLines } from './ca/verify-recipients';
import { passphrase } from './passphrase';
import { problemText } from '../errors/problem';

/** Options of every command as commander parses them. Options that can be repeated have a singular name. */
export interface ParsedOptions {
  readonly dir: string;
  readonly ageRecipient?: string[];
  readonly acceptRecipient?: string[];
  readonly dropRecipient?: string[];
  readonly cluster?: string[];
}

/** Options of `ca status` as commander parses them. */
export interface StatusOptions extends ParsedOptions {
  readonly within: number;
  readonly json?: boolean;
}

/** `ca init` */
export function init(options: ParsedOptions & RootOptions): Promise<void> {
  return initFolder(contextOf(options), options);
}

/** `ca issue` */
export function issue(cluster: string, options: ParsedOptions & IssueOptions): Promise<void> {
  return issueCa(contextOf(options), cluster, withRecipients(options));
}

/** `ca renew` */
export function renew(cluster: string, options: ParsedOptions & IssueOptions): Promise<void> {
  return renewCa(contextOf(options), cluster, withRecipients(options));
}

/** `ca reseal` */
export function reseal(clusters: string[], options: ParsedOptions & EncryptionOptions): Promise<void> {
  return resealSecrets(contextOf(options), clusters, withRecipients(options));
}

/** `ca rotate-root` */
export function rotateRoot(step: RotationStepName, options: ParsedOptions & RotateOptions): Promise<void> {
  return rotate(contextOf(options), step, { ...options, clusters: options.cluster ?? [] });
}

/** `ca status`: returns the exit code, which is 1 if a certificate expires soon. */
export function status(options: StatusOptions): number {
  const rows = statusRows(contextOf(options));
  console.log(options.json ? JSON.stringify(rows, null, 2) : statusTable(rows));
  const expiring = expiringWithin(rows, options.within);
  expiring.forEach(row => console.error(expiryOf(row)));
  return expiring.length > 0 ? 1 : 0;
}

/** `ca verify`: returns the exit code, which is 1 if there is a problem. */
export function verify(options: ParsedOptions & VerifyOptions): number {
  const problems = verifyProblems(contextOf(options), options);
  problems.forEach(problem => console.error(problemText(problem)));
  verifyWarnings(options.dir).forEach(warning => console.error(`warning: ${problemText(warning)}`));
  if (problems.length === 0) {
    recipientLines(allClusters(options.dir)).forEach(line => console.log(line));
    console.log(['no problems found', ...uncheckedParts(options.dir)].join('; '));
  }
  return problems.length > 0 ? 1 : 0;
}

function contextOf({ dir }: ParsedOptions): CaContext {
  return {
    pki: dir,
    keys: new Keyring(dir, SYSTEM_ENVIRONMENT, passphrase),
    environment: SYSTEM_ENVIRONMENT,
    print: line => console.log(line),
  };
}

function withRecipients<T extends EncryptionOptions>(options: T & ParsedOptions): T {
  return {
    ...options,
    ageRecipients: options.ageRecipient,
    acceptRecipients: options.acceptRecipient,
    dropRecipients: options.dropRecipient,
  };
}

function expiryOf({ what, daysLeft }: StatusRow): string {
  return `${what}: ${daysLeft < 0 ? 'expired' : `expires in ${daysLeft} days`}`;
}
