import { createPrivateKey, generateKeyPairSync, KeyObject, randomBytes } from 'crypto';
import { asn1, pkcs12 } from 'node-forge';
import { make } from './make';
import { octetString, oidOf, sequence, toDer } from '../../src/pki/der';

/** A root of this test run, with an RSA key. */
export const root = make();

const rsa = createPrivateKey(root.key);
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const PASSPHRASE = { cipher: 'aes-256-cbc', passphrase: 'only for this test' };

export const base64 = (value: string | Buffer) => Buffer.from(value).toString('base64');

/** A random text of letters and digits of an alphabet. */
export function randomText(alphabet: string, length: number): string {
  return [...randomBytes(length)].map(octet => alphabet[octet % alphabet.length]).join('');
}

function der(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1', more: object = {}): Buffer {
  return key.export({ format: 'der', type, ...more });
}

function pem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1', more: object = {}): string {
  return key.export({ format: 'pem', type, ...more }).toString();
}

function armored(label: string, octets: Buffer, width = 70): string {
  return `-----BEGIN ${label}-----\n${base64(octets).replace(new RegExp(`.{${width}}`, 'g'), '$&\n')}\n-----END ${label}-----\n`;
}

const number = (value: number, octets: number) => Buffer.from(value.toString(16).padStart(2 * octets, '0'), 'hex');
const sized = (octets: Buffer) => Buffer.concat([number(octets.length, 4), octets]);

/** A key of OpenSSH as its file PROTOCOL.key says, or its public half. */
function openSsh(): { readonly privateKey: Buffer; readonly publicKey: string } {
  const { x, d } = ed25519.export({ format: 'jwk' });
  const type = sized(Buffer.from('ssh-ed25519'));
  const half = Buffer.concat([type, sized(Buffer.from(x!, 'base64url'))]);
  const secret = Buffer.from(`${d}${x}`, 'base64url');
  const check = randomBytes(4);
  const inner = Buffer.concat([check, check, half, sized(secret), sized(Buffer.from('test')), Buffer.from([1, 2, 3])]);
  const none = sized(Buffer.from('none'));
  const head = Buffer.concat([Buffer.from('openssh-key-v1\0'), none, none, sized(Buffer.alloc(0)), number(1, 4)]);
  return { privateKey: Buffer.concat([head, sized(half), sized(inner)]), publicKey: `ssh-ed25519 ${base64(half)} test` };
}

/** A packet of PGP with an EdDSA key as RFC 9580 says: tag 5 for a secret key, 6 for its public half. */
function pgp(tag: 5 | 6): Buffer {
  const curveId = Buffer.from('092b06010401da470f01', 'hex');
  const point = Buffer.concat([number(263, 2), Buffer.from([0x40]), randomBytes(32)]);
  const half = Buffer.concat([Buffer.from([4]), number(1_700_000_000, 4), Buffer.from([22]), curveId, point]);
  const secret = Buffer.concat([Buffer.from([0]), number(256, 2), Buffer.from([0x80]), randomBytes(31), randomBytes(2)]);
  const body = tag === 5 ? Buffer.concat([half, secret]) : half;
  return Buffer.concat([Buffer.from([0x80 | tag << 2, body.length]), body]);
}

function store(withKey: boolean): Buffer {
  const { privateKey } = root.keys;
  // The types of node-forge do not allow a store without a key.
  const made = pkcs12.toPkcs12Asn1((withKey ? privateKey : null) as typeof privateKey, [root.certificate], 'only for this test');
  return Buffer.from(asn1.toDer(made).getBytes(), 'binary');
}

/** A Java keystore with one entry: a key (tag 1), which the JDK encrypts by an algorithm of its own, or a certificate (tag 2). */
function javaStore(magic: string, entry: { readonly tag: 1; readonly cipher: string } | { readonly tag: 2 }): Buffer {
  const content = entry.tag === 1 ?
    toDer(sequence(sequence(oidOf(entry.cipher)), octetString(randomBytes(400)))) :
    Buffer.concat([Buffer.from('\0\x05X.509'), sized(Buffer.from(root.pem.replace(/-----.*-----|\n/g, ''), 'base64'))]);
  const head = Buffer.concat([Buffer.from(magic, 'hex'), number(2, 4), number(1, 4), number(entry.tag, 4), Buffer.from('\0\x01a')]);
  return Buffer.concat([head, number(1_700_000_000, 8), entry.tag === 1 ? sized(content) : content, randomBytes(20)]);
}

const jwk = (key: KeyObject) => ({ kid: 'one', use: 'sig', ...key.export({ format: 'jwk' }) });
const publicJwk = ({ kty, kid, n, e, x, y, crv }: { [member: string]: unknown }) => ({ kty, kid, n, e, x, y, crv });

/** Keys as octets. */
export const KEY_OCTETS: { readonly [form: string]: Buffer } = {
  'RSA in PKCS#8': der(rsa, 'pkcs8'),
  'RSA in PKCS#1': der(rsa, 'pkcs1'),
  'Ed25519 in PKCS#8': der(ed25519, 'pkcs8'),
  'P-256 in SEC1': der(curve, 'sec1'),
  'encrypted PKCS#8': der(curve, 'pkcs8', PASSPHRASE),
  'a certificate and then a key': Buffer.concat([Buffer.from(root.pem.replace(/-----.*-----|\n/g, ''), 'base64'), der(rsa, 'pkcs8')]),
  'PKCS#12': store(true),
  'a Java keystore JKS': javaStore('feedfeed', { tag: 1, cipher: '1.3.6.1.4.1.42.2.17.1.1' }),
  'a Java keystore JCEKS': javaStore('cececece', { tag: 1, cipher: '1.3.6.1.4.1.42.2.19.1' }),
  'OpenSSH without armor': openSsh().privateKey,
  'PGP without armor': pgp(5),
};

/** Keys as text. */
export const KEY_TEXTS: { readonly [form: string]: string } = {
  'PEM of PKCS#8': pem(rsa, 'pkcs8'),
  'PEM of PKCS#1': pem(rsa, 'pkcs1'),
  'PEM of SEC1': pem(curve, 'sec1'),
  'PEM of Ed25519': pem(ed25519, 'pkcs8'),
  'PEM of encrypted PKCS#8': pem(rsa, 'pkcs8', PASSPHRASE),
  'PEM of encrypted PKCS#1': pem(rsa, 'pkcs1', PASSPHRASE),
  'PEM without its first line': pem(rsa, 'pkcs8').replace(/^.*\n/, ''),
  'PEM without its last line': pem(rsa, 'pkcs8').replace(/-----END.*\n/, ''),
  'PEM without both lines': pem(ed25519, 'pkcs8').replace(/-----.*-----\n/g, ''),
  'PEM after a certificate': `${root.pem}${pem(rsa, 'pkcs8')}`,
  'PEM with CRLF': pem(rsa, 'pkcs8').replace(/\n/g, '\r\n'),
  'PEM with CR': pem(rsa, 'pkcs8').replace(/\n/g, '\r'),
  'PEM with spaces in the place of line ends': pem(rsa, 'pkcs8').replace(/\n/g, ' '),
  'PEM without line ends': pem(rsa, 'pkcs8').replace(/\n/g, ''),
  'PEM with escaped line ends': pem(rsa, 'pkcs8').replace(/\n/g, '\\n'),
  'PEM with line ends that are escaped twice': pem(rsa, 'pkcs8').replace(/\n/g, '\\\\n'),
  'PEM in a URL': encodeURIComponent(pem(curve, 'sec1')),
  'PEM in a form of a URL': new URLSearchParams({ key: pem(curve, 'sec1') }).toString(),
  'PEM as lines of a comment': pem(rsa, 'pkcs8').replace(/^/gm, '# '),
  'PEM in the source of a program': pem(rsa, 'pkcs8').replace(/^(.*)\n/gm, '"$1\\n" +\n'),
  'PEM of an unknown algorithm': armored('PRIVATE KEY', toDer(sequence(octetString(randomBytes(900))))),
  'a key of OpenSSH': armored('OPENSSH PRIVATE KEY', openSsh().privateKey),
  'a key of PGP': armored('PGP PRIVATE KEY BLOCK', pgp(5)).replace('-----\n', '-----\nVersion: test\n\n'),
  'a key of cosign': armored('ENCRYPTED SIGSTORE PRIVATE KEY', randomBytes(400)),
  'a key of SSH2': armored('SSH2 ENCRYPTED PRIVATE KEY', randomBytes(400)).replace(/-----(.*)-----/g, '---- $1 ----'),
  'a key of PuTTY': `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${base64(randomBytes(36))}\nPrivate-MAC: 0\n`,
  'a configuration of WireGuard': `[Interface]\nPrivateKey = ${base64(randomBytes(32))}\nAddress = 10.0.0.1/32\n`,
  'an age identity': `AGE-SECRET-KEY-1${randomText('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  'an age identity in a file': `# public key: age1x\nAGE-SECRET-KEY-1${randomText('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}\n`,
  'a JSON Web Key': JSON.stringify(jwk(rsa)),
  'a JSON Web Key with the member d first': JSON.stringify({ d: jwk(ed25519).d, kty: 'OKP', crv: 'Ed25519' }),
  'a set of JSON Web Keys': JSON.stringify({ keys: [publicJwk(jwk(rsa)), jwk(curve)] }, null, 2),
  'a set of JSON Web Keys in JSON': JSON.stringify(JSON.stringify({ keys: [jwk(curve)] })),
  'a set of JSON Web Keys in YAML': `keys:\n  - kty: OKP\n    crv: Ed25519\n    d: ${jwk(ed25519).d}\n`,
  'a symmetric JSON Web Key': JSON.stringify({ kty: 'oct', k: randomBytes(32).toString('base64url') }),
  'the key of a service account': JSON.stringify({ type: 'service_account', private_key: pem(rsa, 'pkcs8') }),
  'a kubeconfig': `users:\n- name: admin\n  user:\n    client-key-data: ${base64(pem(curve, 'sec1'))}\n`,
  'a file of sops that is not encrypted': `data:\n  tls.key: ${base64(pem(rsa, 'pkcs8'))}\nsops:\n  version: 3.9.0\n`,
};

/** Objects whose fields are a key. */
export const KEY_OBJECTS: { readonly [form: string]: object } = {
  'a JSON Web Key as fields': { kind: 'Signer', spec: { key: jwk(curve) } },
  'a set of JSON Web Keys as fields': { kind: 'Signer', spec: { jwks: { keys: [publicJwk(jwk(rsa)), jwk(rsa)] } } },
  'a symmetric JSON Web Key as fields': { spec: { kty: 'oct', k: randomBytes(32).toString('base64url') } },
};

const words = (lines: number) => 'put the key of your own certificate authority here before you apply the file, '.repeat(lines);

/** Texts that are no private key and look like one. */
export const HARMLESS_TEXTS: { readonly [what: string]: string } = {
  'a value of SealedSecrets whose UTF-16 begins like a packet of PGP': 'AgA3LK/FEPLlhudx2KhG9qc//QdfATf7m6UhkQoP'.repeat(4),
  'a certificate': root.pem,
  'a public key': armored('PUBLIC KEY', randomBytes(270)),
  'a public key of PGP': armored('PGP PUBLIC KEY BLOCK', pgp(6)),
  'a public key of SSH': openSsh().publicKey,
  'a public key set': JSON.stringify({ keys: [publicJwk(jwk(rsa)), publicJwk(jwk(curve))] }),
  'a JSON Web Key with a placeholder': JSON.stringify({ ...publicJwk(jwk(rsa)), d: 'REDACTED' }),
  'a JSON Web Key with words as a placeholder': JSON.stringify({ ...publicJwk(jwk(rsa)), d: 'the-private-exponent-of-the-key' }),
  'a JSON Web Token': `${base64('{"alg":"RS256","kty":"RSA"}')}.${base64('{"sub":"x","d":1}')}.${randomBytes(256).toString('base64url')}`,
  'an encrypted JSON Web Key': JSON.stringify({ ciphertext: randomBytes(800).toString('base64url'), protected: 'eyJhbGciOiJQQkVTMiJ9' }),
  'PEM without a key': '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
  'PEM with dots': '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n',
  'PEM with a word': '-----BEGIN PRIVATE KEY-----\nREDACTED\n-----END PRIVATE KEY-----\n',
  'PEM with a placeholder': '-----BEGIN PRIVATE KEY-----\n<your private key>\n-----END PRIVATE KEY-----\n',
  'PEM with a row of letters': `-----BEGIN PRIVATE KEY-----\n${`${'x'.repeat(64)}\n`.repeat(5)}-----END PRIVATE KEY-----\n`,
  'PEM with sentences': `-----BEGIN PRIVATE KEY-----\n${words(5)}\n-----END PRIVATE KEY-----\n`,
  'PEM with a variable': '-----BEGIN PRIVATE KEY-----\n{{ .Values.caKey | b64enc }}\n-----END PRIVATE KEY-----\n',
  'PEM with a placeholder, and a certificate': `-----BEGIN PRIVATE KEY-----\nXXX\n-----END PRIVATE KEY-----\n${root.pem}`,
  'a certificate, and PEM with a placeholder': `${root.pem}-----BEGIN PRIVATE KEY-----\nXXX\n-----END PRIVATE KEY-----\n`,
  'a script that looks for keys': `grep -rq -- "-----BEGIN PRIVATE KEY-----" . && exit 1\n${'echo "no key was found"\n'.repeat(8)}`,
  'a text about keys': 'PEM begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----; see RFC 7468 for its grammar.',
  'an age recipient': `age1${randomText('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}`,
  'an age identity with a placeholder': `AGE-SECRET-KEY-1${'X'.repeat(58)}`,
  'an age identity with dots': 'AGE-SECRET-KEY-1... is what age-keygen prints; keep it out of Git, and pass its public half.',
  'a file that age encrypted': armored('AGE ENCRYPTED FILE', randomBytes(500)),
  'a value of sops': `ENC[AES256_GCM,data:${base64(randomBytes(1700))},iv:${base64(randomBytes(32))},type:str]`,
  'a value of SealedSecrets': base64(Buffer.concat([number(512, 2), randomBytes(512), randomBytes(1700)])),
  'a message that PGP encrypted': armored('PGP MESSAGE', randomBytes(700)),
  'a WireGuard configuration with a placeholder': '[Interface]\nPrivateKey = <the output of wg genkey>\nAddress = 10.0.0.1/32\n[Peer]\n',
  'a digest of an image': `registry.example.com/app@sha256:${randomBytes(32).toString('hex')}`,
  'a digest of a resource': `sha384-${base64(randomBytes(48))}`,
  'a long path': `/${Array.from({ length: 20 }, (_, i) => `folder${i}`).join('/')}`,
  'a caBundle': base64(root.pem),
};

/** Octets that are no private key and look like one. */
export const HARMLESS_OCTETS: { readonly [what: string]: Buffer } = {
  'a certificate': Buffer.from(root.pem.replace(/-----.*-----|\n/g, ''), 'base64'),
  'an RSA public key in PKCS#1': createPublic('pkcs1'),
  'a public key in SPKI': createPublic('spki'),
  'a certificate store in PKCS#12': store(false),
  'a certificate store JKS': javaStore('feedfeed', { tag: 2 }),
  'a certificate store JCEKS': javaStore('cececece', { tag: 2 }),
  'a public key of PGP': pgp(6),
  'random octets': randomBytes(3000),
};

function createPublic(type: 'pkcs1' | 'spki'): Buffer {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type });
}
