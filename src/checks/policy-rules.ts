import type { ForeignManifest } from './declarations';
import { GATEWAY_PORT } from '../model/port-number';

/** Whether a policy allows what its rules say; of several such policies, each adds callers. */
export function isAllow({ spec }: ForeignManifest): boolean {
  return spec?.action === undefined || spec.action === 'ALLOW';
}

function rulesOf({ spec }: ForeignManifest): any[] {
  return spec?.rules ?? [];
}

/** Whether a policy allows and lists no rule: it refuses whatever no other policy allows. */
export function allowsNobody(policy: ForeignManifest): boolean {
  return isAllow(policy) && rulesOf(policy).length === 0;
}

/** Whether a policy denies by a rule without a condition. */
export function refusesAll(policy: ForeignManifest): boolean {
  const isEmpty = (list: unknown) => !Array.isArray(list) || list.length === 0;
  return policy.spec?.action === 'DENY' && rulesOf(policy).some(rule => isEmpty(rule?.from) && isEmpty(rule?.to) && isEmpty(rule?.when));
}

/** What a condition of a rule is worth where a proxy passes TLS on: never true, left out by Istio, or true of some connections. */
type Worth = 'never' | 'left out' | 'some';

const IDENTITY = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains'];
const ADDRESSES = ['ipBlocks', 'remoteIpBlocks', 'notIpBlocks', 'notRemoteIpBlocks', 'ports', 'notPorts'];

function worthOfField(field: string, values: unknown): Worth | 'always' {
  if (field === 'ports') {
    return (values as unknown[]).map(String).includes(String(GATEWAY_PORT)) ? 'always' : 'never';
  }
  if (ADDRESSES.includes(field)) {
    return 'some';
  }
  const isIdentity = IDENTITY.some(name => field === name || field === `not${name[0].toUpperCase()}${name.slice(1)}`);
  if (isIdentity) {
    return field.startsWith('not') ? 'always' : 'never';
  }
  return 'left out';
}

function worthOfKey({ key = '', values = [] }: any): Worth | 'always' {
  if (/^source\.(principal|namespace|serviceAccount|trustDomain)$/.test(key)) {
    return values.length > 0 ? 'never' : 'always';
  }
  if (key === 'destination.port') {
    return worthOfField('ports', values);
  }
  return /^request\./.test(key) ? 'left out' : 'some';
}

/** The conditions of each combination of `from` and `to` of a rule. */
function combinations(rule: any): Array<Array<Worth | 'always'>> {
  const conditions = (part: any) => Object.entries(part ?? {}).filter(([, values]) => Array.isArray(values) && values.length > 0)
    .map(([field, values]) => worthOfField(field, values));
  const from: any[] = rule?.from?.length > 0 ? rule.from : [{}];
  const to: any[] = rule?.to?.length > 0 ? rule.to : [{}];
  const when: any[] = rule?.when ?? [];
  return from.flatMap(({ source }) => to.map(({ operation }) => [
    ...conditions(source), ...conditions(operation), ...when.map(worthOfKey),
  ]));
}

/** Whether no rule of an ALLOW policy can be true of TLS that is passed on. Istio drops an ALLOW rule that reads requests. */
export function allowsNoPassthrough(policy: ForeignManifest): boolean {
  return isAllow(policy) && rulesOf(policy).length > 0 && rulesOf(policy).every(
    rule => combinations(rule).every(worths => worths.some(worth => worth === 'never' || worth === 'left out')),
  );
}

/** Whether a DENY policy denies all TLS that is passed on: Istio leaves conditions on requests out, which widens the rule. */
export function deniesPassthrough(policy: ForeignManifest): boolean {
  return policy.spec?.action === 'DENY' && rulesOf(policy).some(
    rule => combinations(rule).some(worths => worths.every(worth => worth === 'left out' || worth === 'always')),
  );
}
