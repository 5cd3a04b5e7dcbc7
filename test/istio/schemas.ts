import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv, { ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';

/**
 * Validators by API version and kind, made from Istio's CRD schemas. They are as strict as `kubectl apply --validate=strict`:
 * a field that the schema does not name is an error.
 */
const validators = new Map<string, ValidateFunction>();

/**
 * Errors of a manifest by Istio's schema; an empty list for a valid manifest.
 * @throws Error for a kind without a schema
 */
export function schemaErrors(manifest: { apiVersion: string; kind: string }): string[] {
  if (validators.size === 0) {
    loadCrds();
  }
  const validate = validators.get(`${manifest.apiVersion} ${manifest.kind}`);
  if (!validate) {
    throw new Error(`no schema for ${manifest.apiVersion} ${manifest.kind}`);
  }
  validate(manifest);
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`);
}

function loadCrds(): void {
  const formats = { 'int32': true, 'int64': true, 'double': true, 'date-time': true, 'byte': true } as const;
  const ajv = new Ajv({ strict: false, allErrors: true, formats });
  const text = readFileSync(join(__dirname, '..', '..', 'imports', 'istio-crds.yaml'), 'utf8');
  for (const document of parseAllDocuments(text)) {
    const { spec } = document.toJSON() as Crd;
    for (const version of spec.versions) {
      const schema = withoutOtherFields(version.schema.openAPIV3Schema) as object;
      validators.set(`${spec.group}/${version.name} ${spec.names.kind}`, ajv.compile(schema));
    }
  }
}

/** The fields of a CustomResourceDefinition that are read here. */
interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: Array<{ readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }>;
  };
}

interface Schema {
  readonly properties?: { readonly [field: string]: unknown };
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

/** A copy of a schema that refuses fields which it does not name. The root object may have the fields of every Kubernetes object. */
function withoutOtherFields(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutOtherFields);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const schema = value as Schema;
  const strict: Schema = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, withoutOtherFields(part)]));
  if (!schema.properties || schema.additionalProperties || schema['x-kubernetes-preserve-unknown-fields']) {
    return strict;
  }
  const fieldsOfEveryObject = schema.properties.spec ? { apiVersion: {}, kind: {}, metadata: {} } : {};
  return { ...strict, properties: { ...strict.properties, ...fieldsOfEveryObject }, additionalProperties: false };
}
