import { existsSync } from 'fs';
import { join } from 'path';
import Table from 'cli-table3';
import { CaContext, rootsIn } from './context';
import { Certificate, certificatesOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { PKI, readClusterCa, clustersOf, rootsOf } from '../../pki/pki-folder';

const DAY = 24 * 3600 * 1000;

/** A certificate as `status` tells of it. */
export interface StatusRow {
  readonly what: string;
  readonly subject: string;
  /** Hex. */
  readonly serial: string;
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string;
  /** Whole days until it ends; negative when it has ended. */
  readonly daysLeft: number;
  readonly signedBy: string;
  /** Where a cluster is in the replacement of a root, and how its secret is delivered. */
  readonly state: string;
}

/** Every certificate of the folder, roots first. */
export function statusRows({ pki, chance }: Pick<CaContext, 'pki' | 'chance'>): StatusRow[] {
  const { current, next } = rootsIn(pki);
  const now = chance.now();
  return [
    row('root', current, next ? 'being replaced' : 'in use', now),
    ...next ? [row('next root', next, 'introduced', now)] : [],
    ...clustersOf(pki).flatMap(cluster => clusterRows(readClusterCa(pki, cluster), now)),
  ];
}

/** What ends within so many days. */
export function endingWithin(rows: StatusRow[], days: number): StatusRow[] {
  return rows.filter(({ daysLeft }) => daysLeft <= days);
}

function clusterRows(ca: ClusterCa, now: Date): StatusRow[] {
  const delivered = [...ca.sealed ? ['sealed'] : [], ...ca.sops ? ['sops'] : []].join(', ') || 'not encrypted for anybody';
  const [own] = certificatesOf(ca.caCert, `${ca.folder}, ${PKI.caCert}`);
  const sealing = ca.sealingCert === undefined ? [] : [
    row(
      `${ca.cluster}, sealing`,
      certificatesOf(ca.sealingCert, `${ca.folder}, ${PKI.sealingCert}`)[0],
      'of the sealed-secrets controller',
      now,
    ),
  ];
  return [row(ca.cluster, own, `${rootsOf(ca).step}, ${delivered}`, now), ...sealing];
}

function row(what: string, certificate: Certificate, state: string, now: Date): StatusRow {
  const { x509, serial, fingerprint, notAfter } = certificate;
  return {
    what,
    fingerprint,
    state,
    subject: shownName(x509.subject),
    serial: serial.toString('hex'),
    daysLeft: Math.floor(
      (notAfter.getTime() - now.getTime()) / DAY,
    ),
    signedBy: shownName(x509.issuer),
  };
}

/** The table for people. */
export function statusTable(rows: StatusRow[]): string {
  const table = new Table(
    { head: ['', 'subject', 'serial', 'fingerprint', 'days left', 'signed by', 'state'], style: { head: [], border: [] } },
  );
  rows.forEach(
    ({ what, subject, serial, fingerprint, daysLeft, signedBy, state }) => table.push(
      [what, subject, `${serial.slice(0, 16)}..`, `${fingerprint.slice(0, 16)}..`, daysLeft, signedBy, state],
    ),
  );
  return table.toString();
}

/** Whether the folder has its private keys: they are ignored by Git, so a clone has none. */
export function hasKeys(pki: string): boolean {
  return existsSync(join(pki, PKI.private));
}
