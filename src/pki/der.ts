import type { asn1 } from 'node-forge';
import { forge } from './forge';

/** Reads DER to the end; throws when it is no DER. */
export function readDer(der: Buffer): asn1.Asn1 {
  // Forge would otherwise read bits as numbers and refuse what follows.
  return forge().asn1.fromDer(
    forge().util.createBuffer(der.toString('binary')),
    { strict: true, parseAllBytes: true, decodeBitStrings: false } as any,
  );
}

export function toDer(value: asn1.Asn1): Buffer {
  return Buffer.from(forge().asn1.toDer(value).getBytes(), 'binary');
}

/** The parts of a SEQUENCE or SET. */
export function parts(value: asn1.Asn1): asn1.Asn1[] {
  return Array.isArray(value.value) ? value.value : [];
}

/** The octets of a primitive value. */
export function octets(value: asn1.Asn1): Buffer {
  return Buffer.from(typeof value.value === 'string' ? value.value : '', 'binary');
}

/** An object identifier, such as "2.5.29.19". */
export function oid(value: asn1.Asn1): string {
  return forge().asn1.derToOid(octets(value).toString('binary'));
}

/** The value of an explicit context tag among the parts of a SEQUENCE. */
export function tagged(values: asn1.Asn1[], tag: number): asn1.Asn1 | undefined {
  return values.find(value => value.tagClass === forge().asn1.Class.CONTEXT_SPECIFIC && Number(value.type) === tag);
}

/** A SEQUENCE of values. */
export function sequence(...values: asn1.Asn1[]): asn1.Asn1 {
  return forge().asn1.create(forge().asn1.Class.UNIVERSAL, forge().asn1.Type.SEQUENCE, true, values);
}

export function oidOf(id: string): asn1.Asn1 {
  return primitive(forge().asn1.Type.OID, forge().asn1.oidToDer(id).getBytes());
}

export function octetString(value: Buffer): asn1.Asn1 {
  return primitive(forge().asn1.Type.OCTETSTRING, value.toString('binary'));
}

/** A BIT STRING of whole octets. */
export function bitString(value: Buffer): asn1.Asn1 {
  return primitive(forge().asn1.Type.BITSTRING, `\0${value.toString('binary')}`);
}

/** An INTEGER that is not negative. */
export function integer(value: number): asn1.Asn1 {
  return primitive(forge().asn1.Type.INTEGER, forge().asn1.integerToDer(value).getBytes());
}

export function nothing(): asn1.Asn1 {
  return primitive(forge().asn1.Type.NULL, '');
}

function primitive(type: asn1.Type, value: string): asn1.Asn1 {
  return forge().asn1.create(forge().asn1.Class.UNIVERSAL, type, false, value);
}
