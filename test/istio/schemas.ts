import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv, { ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';

/**
 * Istio's own CRD schemas, as strict as `kubectl apply --validate=strict`: a field that the schema does not name is an
 * error, where JSON Schema would let it pass.
 */
const validators = new Map<string, ValidateFunction>();

/** What Istio's schema has against a manifest; nothing when it is valid. Throws for a kind without a schema. */
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
  const ajv = new Ajv(
    { strict: false, allErrors: true, formats: { 'int32': true, 'int64': true, 'double': true, 'date-time': true, 'byte': true } },
  );
  for (const document of parseAllDocuments(readFileSync(join(__dirname, '..', '..', 'imports', 'istio-crds.yaml'), 'utf8'))) {
    const { spec } = document.toJSON() as any;
    for (const version of spec.versions) {
      validators.set(`${spec.group}/${version.name} ${spec.names.kind}`, ajv.compile(closed(version.schema.openAPIV3Schema)));
    }
  }
}

/** The schema with every object closed, but for metadata, which Kubernetes defines elsewhere. */
function closed(schema: any): any {
  if (Array.isArray(schema)) {
    return schema.map(closed);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isObject = schema.properties && !schema.additionalProperties && !schema['x-kubernetes-preserve-unknown-fields'];
  const root = schema.properties?.spec && { apiVersion: {}, kind: {}, metadata: {} };
  return isObject ? { ...inner, properties: { ...inner.properties as object, ...root }, additionalProperties: false } : inner;
}
