import type { asn1 } from 'node-forge';
import { forge } from './forge';

/**
 * Options of node-forge for strict DER. With `decodeBitStrings` it would read the bits of a BIT STRING as further DER, and
 * refuse what follows. The types of node-forge do not have these options.
 */
const STRICT = { strict: true, parseAllBytes: true, decodeBitStrings: false } as unknown as boolean;

/**
 * Reads a DER value that takes up all octets.
 * @throws Error for octets that are not DER
 */
export function readDer(der: Buffer): asn1.Asn1 {
  return forge().asn1.fromDer(forge().util.createBuffer(der.toString('binary')), STRICT);
}

/** Returns the octets of a DER value with its tag and length. */
export function toDer(value: asn1.Asn1): Buffer {
  return Buffer.from(forge().asn1.toDer(value).getBytes(), 'binary');
}

/** Returns the parts of a SEQUENCE or SET; an empty list for another value. */
export function parts(value: asn1.Asn1 | undefined): asn1.Asn1[] {
  return Array.isArray(value?.value) ? value.value : [];
}

/** Returns the octets of a primitive value. */
export function octets(value: asn1.Asn1): Buffer {
  return Buffer.from(typeof value.value === 'string' ? value.value : '', 'binary');
}

/** Returns the text of an OBJECT IDENTIFIER, such as `2.5.29.19`. */
export function oid(value: asn1.Asn1): string {
  return forge().asn1.derToOid(octets(value).toString('binary'));
}

/** Returns the part of a SEQUENCE that has a context-specific tag. */
export function tagged(values: asn1.Asn1[], tag: number): asn1.Asn1 | undefined {
  return values.find(value => value.tagClass === forge().asn1.Class.CONTEXT_SPECIFIC && Number(value.type) === tag);
}

/** Returns a SEQUENCE of values. */
export function sequence(...values: asn1.Asn1[]): asn1.Asn1 {
  return forge().asn1.create(forge().asn1.Class.UNIVERSAL, forge().asn1.Type.SEQUENCE, true, values);
}

/** Returns an OBJECT IDENTIFIER. */
export function oidOf(id: string): asn1.Asn1 {
  return primitive(forge().asn1.Type.OID, forge().asn1.oidToDer(id).getBytes());
}

/** Returns an OCTET STRING. */
export function octetString(value: Buffer): asn1.Asn1 {
  return primitive(forge().asn1.Type.OCTETSTRING, value.toString('binary'));
}

/** Returns a BIT STRING of whole octets. */
export function bitString(value: Buffer): asn1.Asn1 {
  return primitive(forge().asn1.Type.BITSTRING, `\0${value.toString('binary')}`);
}

/** Returns an INTEGER that is not negative. */
export function integer(value: number): asn1.Asn1 {
  return primitive(forge().asn1.Type.INTEGER, forge().asn1.integerToDer(value).getBytes());
}

/** Returns a NULL. */
export function nothing(): asn1.Asn1 {
  return primitive(forge().asn1.Type.NULL, '');
}

function primitive(type: asn1.Type, value: string): asn1.Asn1 {
  return forge().asn1.create(forge().asn1.Class.UNIVERSAL, type, false, value);
}
