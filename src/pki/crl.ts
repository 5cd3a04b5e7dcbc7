import { verify } from 'crypto';
import { Certificate, shownName } from './certificate';
import { oid, parts, readDer, toDer, octets } from './der';
import { forge } from './forge';
import { pemBlocks, pemMistake } from './pem';

/** What, got, expected, fix. */
type Complaint = [string, unknown, string, string];

interface Crl {
  readonly issuer: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly algorithm: string;
  readonly nextUpdate?: Date;
  /** The serial numbers that it revokes, hex. */
  readonly revoked: ReadonlySet<string>;
}

const HASHES: { [algorithm: string]: string } = {
  '1.2.840.113549.1.1.11': 'sha256', '1.2.840.113549.1.1.12': 'sha384', '1.2.840.113549.1.1.13': 'sha512', '1.2.840.10045.4.3.2': 'sha256', '1.2.840.10045.4.3.3': 'sha384', '1.2.840.10045.4.3.4': 'sha512',
};

/**
 * What is wrong with the CRLs of a chain. Envoy refuses every certificate of a chain, revoked or not, unless each CA of
 * it has one.
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto
 */
export function crlProblems(text: string, chain: Certificate[], at?: Date): Complaint[] {
  const mistake = pemMistake(text, /^X509 CRL$/);
  if (mistake) {
    return [
      [
        'not a clean PEM file',
        mistake,
        'CRLs alone, each on lines of its own, LF line ends and a final newline',
        'write the file anew with openssl crl',
      ],
    ];
  }
  let crls: Crl[];
  try {
    crls = pemBlocks(text).map(block => readCrl(block.der));
  } catch {
    return [['a CRL that cannot be read', 'ca-crl.pem', 'X.509 CRLs', 'write the file anew from its source']];
  }
  const missing = chain.filter(authority => !crls.some(crl => isOf(crl, authority)));
  const revoked = chain.filter(({ issuer, serial }) => crls.some(crl => crl.issuer === issuer && crl.revoked.has(serial.toString('hex'))));
  const stale = crls.filter(crl => at && crl.nextUpdate && crl.nextUpdate < at);
  return [
    ...missing.map(
      (authority): Complaint => [
        'a CA of the chain has no CRL, so proxies would refuse every certificate',
        shownName(authority.x509.subject),
        'a CRL of each CA of cert-chain.pem, signed by it with SHA-256 or better',
        'add the CRL of that CA',
      ],
    ),
    ...revoked.map(
      (authority): Complaint => [
        'a CA of the chain is revoked by its own CRL',
        shownName(authority.x509.subject),
        'a CA that is not revoked',
        'renew it',
      ],
    ),
    ...stale.map(
      (crl): Complaint => [
        'a CRL that is out of date',
        crl.nextUpdate!.toISOString(),
        `valid at ${at!.toISOString()}`,
        'publish a new CRL',
      ],
    ),
  ];
}

function readCrl(der: Buffer): Crl {
  const [tbs, algorithm, signature] = parts(readDer(der));
  const fields = parts(tbs);
  // The version, an INTEGER, is optional; then come algorithm, issuer, thisUpdate and perhaps nextUpdate.
  const [, issuer, , ...rest] = Number(fields[0].type) === 2 ? fields.slice(1) : fields;
  const [next] = rest;
  const { Class, Type } = forge().asn1;
  const revoked = rest.find(field => field.tagClass === Class.UNIVERSAL && field.type === Type.SEQUENCE);
  return {
    issuer: toDer(issuer).toString('hex'),
    signed: toDer(tbs),
    signature: octets(signature).subarray(1),
    algorithm: oid(parts(algorithm)[0]),
    nextUpdate: next && time(next.type as unknown as number, octets(next).toString()),
    revoked: new Set(revoked ? parts(revoked).map(entry => octets(parts(entry)[0]).toString('hex')) : []),
  };
}

/** UTCTime or GeneralizedTime; undefined for another type. */
function time(type: number, text: string): Date | undefined {
  const full = type === 23 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : type === 24 ? text : '';
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  return match ? new Date(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : undefined;
}

function isOf(crl: Crl, authority: Certificate): boolean {
  const hash = HASHES[crl.algorithm];
  return hash !== undefined && crl.issuer === authority.subject && verify(hash, crl.signed, authority.publicKey, crl.signature);
}
