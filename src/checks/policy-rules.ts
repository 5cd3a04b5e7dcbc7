import { objectAt, objectsIn, textsIn } from './content';
import type { ForeignManifest } from './declarations';
import { GATEWAY_PORT } from '../model/port-number';

/** Whether a policy allows what its rules say; of several such policies, each adds callers. */
export function isAllow({ spec }: ForeignManifest): boolean {
  return spec.action === undefined || spec.action === 'ALLOW';
}

/** Whether a policy allows and lists no rule: it refuses whatever no other policy allows. */
export function allowsNobody(policy: ForeignManifest): boolean {
  return isAllow(policy) && rulesOf(policy).length === 0;
}

/** Whether a policy denies by a rule without a condition. */
export function refusesAll(policy: ForeignManifest): boolean {
  return isDeny(policy) && rulesOf(policy).some(rule => combinations(rule, {}).some(worths => worths.length === 0));
}

/** Whether no rule of an ALLOW policy can be true of a protocol other than HTTP: Istio drops an ALLOW rule that reads requests. */
export function allowsNoTcp(policy: ForeignManifest): boolean {
  return allowsNothingOf(policy, {});
}

/** Whether a DENY policy denies every protocol other than HTTP: Istio leaves conditions on requests out, which widens the rule. */
export function deniesTcp(policy: ForeignManifest): boolean {
  return deniesAllOf(policy, {});
}

/** TLS that a gateway passes on: the gateway sees no identity of the caller, and one port. */
const PASSTHROUGH: Sight = { hidesIdentity: true, port: GATEWAY_PORT };

/** Whether no rule of an ALLOW policy can be true of TLS that a gateway passes on. */
export function allowsNoPassthrough(policy: ForeignManifest): boolean {
  return allowsNothingOf(policy, PASSTHROUGH);
}

/** Whether a DENY policy denies all TLS that a gateway passes on. */
export function deniesPassthrough(policy: ForeignManifest): boolean {
  return deniesAllOf(policy, PASSTHROUGH);
}

/** What a proxy sees of a connection that is no HTTP. */
interface Sight {
  readonly hidesIdentity?: boolean;
  /** Port of all connections; undefined where it is not known. */
  readonly port?: number;
}

/** What a condition is worth for a connection that is no HTTP: Istio leaves conditions on requests out. */
type Worth = 'never' | 'left out' | 'some' | 'always';

const IDENTITY = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains', 'notPrincipals', 'notNamespaces', 'notServiceAccounts',
  'notTrustDomains'];
const CONNECTION = ['ipBlocks', 'remoteIpBlocks', 'notIpBlocks', 'notRemoteIpBlocks', 'ports', 'notPorts'];

function isDeny({ spec }: ForeignManifest): boolean {
  return spec.action === 'DENY';
}

function rulesOf({ spec }: ForeignManifest): any[] {
  return objectsIn(spec.rules);
}

function allowsNothingOf(policy: ForeignManifest, sight: Sight): boolean {
  return isAllow(policy) && rulesOf(policy).length > 0 && rulesOf(policy).every(
    rule => combinations(rule, sight).every(worths => worths.some(worth => worth === 'never' || worth === 'left out')),
  );
}

function deniesAllOf(policy: ForeignManifest, sight: Sight): boolean {
  return isDeny(policy) && rulesOf(policy).some(
    rule => combinations(rule, sight).some(worths => worths.every(worth => worth === 'left out' || worth === 'always')),
  );
}

/** The conditions of each combination of `from` and `to` of a rule. */
function combinations(rule: any, sight: Sight): Worth[][] {
  const conditions = (part: unknown) => Object.entries(objectAt(part)).filter(([, values]) => textsIn(values).length > 0)
    .map(([field, values]) => worthOfField(field, textsIn(values), sight));
  const partsOf = (value: unknown) => objectsIn(value).length > 0 ? objectsIn(value) : [{}];
  const when = objectsIn(rule.when).map(condition => worthOfKey(condition, sight));
  return partsOf(rule.from).flatMap(({ source }) => partsOf(rule.to).map(
    ({ operation }) => [...conditions(source), ...conditions(operation), ...when],
  ));
}

function worthOfField(field: string, values: string[], { hidesIdentity, port }: Sight): Worth {
  if (field === 'ports' && port !== undefined) {
    return values.includes(String(port)) ? 'always' : 'never';
  }
  if (IDENTITY.includes(field)) {
    const isNegative = field.startsWith('not');
    return !hidesIdentity ? 'some' : isNegative ? 'always' : 'never';
  }
  return CONNECTION.includes(field) ? 'some' : 'left out';
}

function worthOfKey({ key, values }: any, sight: Sight): Worth {
  if (/^source\.(principal|namespace|serviceAccount|trustDomain)$/.test(String(key))) {
    return worthOfField(textsIn(values).length > 0 ? 'principals' : 'notPrincipals', textsIn(values), sight);
  }
  if (key === 'destination.port') {
    return worthOfField('ports', textsIn(values), sight);
  }
  return /^request\./.test(String(key)) ? 'left out' : 'some';
}
