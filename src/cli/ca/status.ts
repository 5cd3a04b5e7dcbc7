import Table from 'cli-table3';
import { CaContext } from './context';
import { readRoots } from './roots';
import { Certificate, certificatesOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { authoritiesOf, shownTrustDomains } from '../../pki/name-constraints';
import { clustersOf, PKI, readClusterCa, rootsOf } from '../../pki/pki-folder';

const DAY = 24 * 3600 * 1000;

/** Certificate as `status` lists it. */
export interface StatusRow {
  /** Owner of the certificate, such as a cluster. */
  readonly what: string;
  readonly subject: string;
  /** Serial number in hex. */
  readonly serial: string;
  /** SHA-256 digest of the DER in hex. */
  readonly fingerprint: string;
  /** Whole days until the certificate expires. Negative if it has expired. */
  readonly daysLeft: number;
  /** Subject of the issuer. */
  readonly signedBy: string;
  /** Trust domains of the identities that the certificate can sign, in words; empty where it signs none. */
  readonly trustDomains: string;
  /** Step of a root replacement, and how the secret is encrypted. */
  readonly state: string;
}

/** All certificates of the folder, roots first. */
export function statusRows({ pki, environment }: Pick<CaContext, 'pki' | 'environment'>): StatusRow[] {
  const { current, next } = readRoots(pki);
  const now = environment.now();
  return [
    rowOf('root', [current], next ? 'being replaced' : 'in use', now),
    ...next ? [rowOf('next root', [next], 'introduced', now)] : [],
    ...clustersOf(pki).flatMap(cluster => clusterRows(readClusterCa(pki, cluster), now)),
  ];
}

/** Certificates that expire within a number of days. */
export function expiringWithin(rows: StatusRow[], days: number): StatusRow[] {
  return rows.filter(({ daysLeft }) => daysLeft <= days);
}

/** Table of the certificates for the terminal. */
export function statusTable(rows: StatusRow[]): string {
  const table = new Table({
    head: ['', 'subject', 'serial', 'fingerprint', 'days left', 'signed by', 'trust domains', 'state'],
    style: { head: [], border: [] },
  });
  for (const { what, subject, serial, fingerprint, daysLeft, signedBy, trustDomains, state } of rows) {
    table.push([what, subject, abbreviated(serial), abbreviated(fingerprint), daysLeft, signedBy, trustDomains, state]);
  }
  return table.toString();
}

function abbreviated(hex: string): string {
  return `${hex.slice(0, 16)}..`;
}

function clusterRows(ca: ClusterCa, now: Date): StatusRow[] {
  const encryption = [...ca.sealed ? ['sealed'] : [], ...ca.sops ? ['sops'] : []].join(', ') || 'not encrypted';
  const chain = authoritiesOf(ca).map(({ certificate }) => certificate);
  return [
    rowOf(ca.cluster, chain, `${rootsOf(ca).step}, ${encryption}`, now),
    ...ca.sealingCert === undefined ? [] : [sealingRow(ca.cluster, ca.folder, ca.sealingCert, now)],
  ];
}

function sealingRow(cluster: string, folder: string, sealingCert: string, now: Date): StatusRow {
  const [certificate] = certificatesOf(sealingCert, `${folder}, ${PKI.sealingCert}`);
  return { ...rowOf(`${cluster}, sealing`, [certificate], 'of the sealed-secrets controller', now), trustDomains: '' };
}

/** @param chain the certificate, then the CAs above it */
function rowOf(what: string, chain: Certificate[], state: string, now: Date): StatusRow {
  const [{ x509, serial, fingerprint, notAfter }] = chain;
  return {
    what,
    fingerprint,
    state,
    subject: shownName(x509.subject),
    serial: serial.toString('hex'),
    daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY),
    signedBy: shownName(x509.issuer),
    trustDomains: shownTrustDomains(chain),
  };
}
