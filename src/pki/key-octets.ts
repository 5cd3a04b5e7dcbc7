/** Tags of DER. */
enum Tag {
  INTEGER = 0x02, OCTET_STRING = 0x04, OBJECT_IDENTIFIER = 0x06, SEQUENCE = 0x30,
}

/** Identifiers of what encrypts a PKCS#8 key: PKCS#5, and the older ciphers of PKCS#12. */
const KEY_CIPHERS = ['2a864886f70d0105', '2a864886f70d010c01'].map(hex => Buffer.from(hex, 'hex'));
/** Identifiers of the two bags of PKCS#12 that hold a key, as they stand in the file. A store of certificates has neither. */
const KEY_BAGS = ['060b2a864886f70d010c0a0101', '060b2a864886f70d010c0a0102'].map(hex => Buffer.from(hex, 'hex'));
/** Identifiers of what encrypts a key in a Java keystore, JKS or JCEKS. A store of certificates has neither. */
const JAVA_KEYS = ['060a2b060104012a02110101', '06092b060104012a021301'].map(hex => Buffer.from(hex, 'hex'));
const JAVA_STORES = [0xfeedfeed, 0xcececece];
const OPENSSH = Buffer.from('openssh-key-v1\0');

/** Packet tags of PGP that hold a secret key. */
const PGP_SECRET_TAGS = [5, 7];
/** Algorithms of PGP whose keys begin with a large number, and those whose keys begin with the identifier of a curve. */
const PGP_NUMBERS = [1, 2, 3, 16, 17];
const PGP_CURVES = [18, 19, 22];
/** No packet with a secret key of version 4 is shorter: the number of the smallest curve has 32 octets, and its point as many. */
const SHORTEST_PGP_KEY = 64;

/** Value of DER: its tag, and the positions of its content. */
interface Value {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Whether octets begin as a private key does: DER in PKCS#8, encrypted or not, PKCS#1 or SEC1, also after certificates; a store of
 * PKCS#12 or Java with a key; OpenSSH; PGP. The end of the octets may be missing. Only the structure is looked at, so keys of
 * unknown algorithms are found too.
 */
export function isKeyOctets(octets: Buffer): boolean {
  if (octets.length < 24) {
    return false;
  }
  if (octets[0] === Tag.SEQUENCE) {
    return hasDerKey(octets);
  }
  if (JAVA_STORES.includes(octets.readUInt32BE(0))) {
    return JAVA_KEYS.some(id => octets.includes(id));
  }
  return octets.subarray(0, OPENSSH.length).equals(OPENSSH) || isPgpSecret(octets);
}

function hasDerKey(octets: Buffer): boolean {
  for (let at = 0; at < octets.length && octets[at] === Tag.SEQUENCE;) {
    const value = valueAt(octets, at);
    if (value === undefined) {
      return false;
    }
    if (isDerKey(octets, value)) {
      return true;
    }
    at = value.end;
  }
  return false;
}

function isDerKey(octets: Buffer, whole: Value): boolean {
  const first = valueAt(octets, whole.start);
  const second = first && valueAt(octets, first.end);
  if (first === undefined || second === undefined || second.end > whole.end) {
    return false;
  }
  if (first.tag === Tag.SEQUENCE) {
    const cipher = valueAt(octets, first.start);
    return second.tag === Tag.OCTET_STRING && cipher?.tag === Tag.OBJECT_IDENTIFIER
      && KEY_CIPHERS.some(id => octets.subarray(cipher.start, cipher.start + id.length).equals(id));
  }
  if (first.tag !== Tag.INTEGER || first.end - first.start !== 1) {
    return false;
  }
  return isPlainKey(octets, octets[first.start], second);
}

/** Whether the value after a version is what a key has there. */
function isPlainKey(octets: Buffer, version: number, second: Value): boolean {
  const length = second.end - second.start;
  if (second.tag === Tag.SEQUENCE && version <= 1) {
    // PKCS#8: the algorithm, and then the key. A certificate request has a name here, which begins with a SET.
    return octets[second.start] === Tag.OBJECT_IDENTIFIER && octets[second.end] === Tag.OCTET_STRING;
  }
  if (second.tag === Tag.SEQUENCE && version === 3) {
    return octets[second.start] === Tag.OBJECT_IDENTIFIER && KEY_BAGS.some(id => octets.includes(id));
  }
  // SEC1 has a number as octets here; PKCS#1 and DSA have a large integer.
  return (second.tag === Tag.OCTET_STRING && version === 1 && length >= 14 && length <= 72)
    || (second.tag === Tag.INTEGER && version <= 1 && length >= 64);
}

/** Reads the tag and length of a value; undefined outside of the octets. A value of BER without a length ends with the octets. */
function valueAt(octets: Buffer, at: number): Value | undefined {
  if (at + 2 > octets.length) {
    return undefined;
  }
  const [tag, length] = octets.subarray(at, at + 2);
  if (length < 0x80) {
    return { tag, start: at + 2, end: at + 2 + length };
  }
  const size = length - 0x80;
  if (size === 0) {
    return { tag, start: at + 2, end: octets.length };
  }
  if (size > 4 || at + 2 + size > octets.length) {
    return undefined;
  }
  const start = at + 2 + size;
  return { tag, start, end: start + octets.readUIntBE(at + 2, size) };
}

/** Whether octets begin with a packet of PGP that holds a secret key of version 4. */
function isPgpSecret(octets: Buffer): boolean {
  const header = pgpHeader(octets);
  if (header === undefined || !PGP_SECRET_TAGS.includes(header.tag) || octets[header.start] !== 4) {
    return false;
  }
  if (header.length < SHORTEST_PGP_KEY || header.length > octets.length) {
    return false;
  }
  // The version and the time of creation come first.
  const algorithm = octets[header.start + 5];
  const key = octets.subarray(header.start + 6, header.start + 20);
  if (PGP_CURVES.includes(algorithm)) {
    return key[0] >= 5 && key[0] <= 10 && (key[1] === 0x2a || key[1] === 0x2b);
  }
  const bits = key.length > 2 ? key.readUInt16BE(0) : 0;
  return PGP_NUMBERS.includes(algorithm) && bits >= 512 && bits <= 16384 && 32 - Math.clz32(key[2]) === (bits - 1) % 8 + 1;
}

/** Reads the header of a packet, in the old or the new format. */
function pgpHeader(octets: Buffer): { readonly tag: number; readonly start: number; readonly length: number } | undefined {
  const [first, second] = octets;
  if ((first & 0xc0) === 0x80 && (first & 3) < 3) {
    const size = 1 << (first & 3);
    return { tag: (first & 0x3c) >> 2, start: 1 + size, length: octets.readUIntBE(1, size) };
  }
  if ((first & 0xc0) !== 0xc0) {
    return undefined;
  }
  const tag = first & 0x3f;
  if (second < 192) {
    return { tag, start: 2, length: second };
  }
  return second < 224 ? { tag, start: 3, length: ((second - 192) << 8) + octets[2] + 192 } : undefined;
}
