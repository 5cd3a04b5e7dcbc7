import { asn1 } from 'node-forge';
import { sequence, toDer } from '../../src/pki/der';

/** Name constraint of a CA, a trust domain, and whether proxies accept workload certificates of that trust domain. */
export interface ConstraintRow {
  readonly name: string;
  readonly permitted?: string[];
  readonly excluded?: string[];
  /** Tag of the names in the constraint: 6 for URIs, 2 for DNS names. */
  readonly tag?: number;
  readonly trustDomain: string;
  readonly accepted: boolean;
}

const [PERMITTED, EXCLUDED] = [0, 1];
const [DNS_NAME, URI] = [2, 6];

/** Name constraints that keep a trust domain out, and near misses that do not. */
export const CONSTRAINTS: ConstraintRow[] = [
  { name: 'the trust domain alone', permitted: ['cluster.local'], trustDomain: 'cluster.local', accepted: true },
  { name: 'another trust domain', permitted: ['wrong.example'], trustDomain: 'cluster.local', accepted: false },
  { name: 'a trust domain that only ends alike', permitted: ['xcluster.local'], trustDomain: 'cluster.local', accepted: false },
  { name: 'several, with the trust domain', permitted: ['a.example', 'cluster.local'], trustDomain: 'cluster.local', accepted: true },
  { name: 'several, without it', permitted: ['a.example', 'b.example'], trustDomain: 'cluster.local', accepted: false },
  { name: 'a parent domain', permitted: ['corp.example'], trustDomain: 'prod.corp.example', accepted: false },
  { name: 'a parent domain with a leading period', permitted: ['.corp.example'], trustDomain: 'prod.corp.example', accepted: true },
  { name: 'the domain itself with a leading period', permitted: ['.corp.example'], trustDomain: 'corp.example', accepted: false },
  { name: 'other letters for the same domain', permitted: ['Cluster.LOCAL'], trustDomain: 'cluster.local', accepted: true },
  { name: 'DNS names only', permitted: ['corp.example'], tag: DNS_NAME, trustDomain: 'cluster.local', accepted: true },
  { name: 'the trust domain excluded', excluded: ['cluster.local'], trustDomain: 'cluster.local', accepted: false },
  { name: 'domains below excluded', excluded: ['.local'], trustDomain: 'cluster.local', accepted: false },
  { name: 'another one excluded', excluded: ['other.example'], trustDomain: 'cluster.local', accepted: true },
  { name: 'permitted and excluded', permitted: ['.local'], excluded: ['cluster.local'], trustDomain: 'cluster.local', accepted: false },
];

/** Returns the extension of a certificate for `make`. */
export function constraintExtension({ permitted = [], excluded = [], tag = URI }: Partial<ConstraintRow>): object {
  const { CONTEXT_SPECIFIC } = asn1.Class;
  const subtrees = (list: number, names: string[]) => names.length === 0 ? [] : [
    asn1.create(CONTEXT_SPECIFIC, list, true, names.map(name => sequence(asn1.create(CONTEXT_SPECIFIC, tag, false, name)))),
  ];
  const value = sequence(...subtrees(PERMITTED, permitted), ...subtrees(EXCLUDED, excluded));
  return { id: '2.5.29.30', critical: true, value: toDer(value).toString('binary') };
}
