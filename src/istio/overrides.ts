import type { OutputUnit } from '@cfworker/json-schema';
import type { HttpRoute, TrafficPolicy } from './wire';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { IstioOverrides } from '../model/istio-overrides';
import type { IstioRelease } from '../model/istio-release';

/** Plain data by the name of a field. */
interface Fields {
  readonly [field: string]: unknown;
}

/** Fields that overrides cannot have, with the reason. */
const REFUSED: { readonly [part in keyof Required<IstioOverrides>]: { readonly [field: string]: string } } = {
  trafficPolicy: {
    tls: 'TLS, the SNI and the identity of an import come from the export',
    portLevelSettings: 'overrides apply to every port: the DestinationRule has the settings of each port',
    tunnel: 'a tunnel leads past the gateways of the exporters',
  },
  httpRoute: {
    match: 'conditions are part of routing: Routing.when',
    route: 'the exporters are the destinations: routing chooses among their versions and clusters',
    redirect: 'a redirect is part of routing: { redirect: ... }',
    directResponse: 'the route sends requests to the exporters',
    delegate: 'the route sends requests to the exporters',
    name: 'names of routes are those of the library',
  },
};

/** Types of Istio that overrides are fields of. */
const TYPES = { trafficPolicy: 'TrafficPolicy', httpRoute: 'HTTPRoute' };

/** What is wrong, by the keyword of the schema that says so. */
const MISTAKES: { readonly [keyword: string]: string } = {
  false: 'is an unknown field',
  additionalProperties: 'is an unknown field',
  oneOf: 'has fields that exclude each other',
  pattern: 'is no duration, such as "1.5s"',
};

/** Fields of which an object of Istio has one: a given one replaces the others. */
const ALTERNATIVES: string[][] = [['simple', 'consistentHash'], ['mirror', 'mirrors'], ['localityLbSetting', 'zoneAwareLbSetting']];

/**
 * Overrides that were accepted, with the release and the text that was checked: a caller may change an object and give it again. Those of
 * a mesh come with each of its imports, and a check takes half a millisecond.
 */
const ACCEPTED = new WeakMap<IstioOverrides, string>();

/** Throws for overrides that the schema of a release refuses, and for fields that decide where requests go or how they are protected. */
export function refuseInvalidOverrides(overrides: IstioOverrides, istio: IstioRelease, where: string): void {
  const checked = `${istio.version} ${JSON.stringify(overrides)}`;
  if (ACCEPTED.get(overrides) !== checked) {
    refuseInvalidParts(overrides, istio, where);
    ACCEPTED.set(overrides, checked);
  }
}

function refuseInvalidParts(overrides: IstioOverrides, istio: IstioRelease, where: string): void {
  for (const part of ['trafficPolicy', 'httpRoute'] as const) {
    const given = overrides[part];
    if (given === undefined) {
      continue;
    }
    const refused = Object.keys(given).find(field => Object.hasOwn(REFUSED[part], field));
    if (refused !== undefined) {
      throw new MeshError({
        code: MeshErrorCode.OVERRIDES,
        where,
        what: `overrides.${part} cannot set ${refused}`,
        got: given[refused],
        expected: REFUSED[part][refused],
        fix: 'remove the field',
      });
    }
    const [error] = schemaErrors(part, given, istio);
    if (error) {
      throw new MeshError({
        code: MeshErrorCode.OVERRIDES,
        where,
        what: `overrides.${part}${pathOf(error)} ${MISTAKES[error.keyword] ?? 'has an invalid value'}`,
        got: valueAt(given, error),
        expected: `fields of the type ${TYPES[part]} of Istio ${istio.version}${MISTAKES[error.keyword] ? '' : `: ${error.error}`}`,
        fix: 'correct the field: names and types are those of the reference of Istio',
      });
    }
  }
}

/** A traffic policy with the fields of overrides. */
export function overriddenPolicy(policy: TrafficPolicy, overrides: IstioOverrides | undefined): TrafficPolicy {
  return merged(policy as Fields, overrides?.trafficPolicy) as TrafficPolicy;
}

/** An HTTP route with the fields of overrides. A redirect sends no request on, so it has none of them. */
export function overriddenRoute(route: HttpRoute, overrides: IstioOverrides | undefined): HttpRoute {
  return route.redirect ? route : merged(route as Fields, overrides?.httpRoute) as HttpRoute;
}

function schemaErrors(part: keyof IstioOverrides, given: object, { version }: IstioRelease): OutputUnit[] {
  // Loaded where overrides are given: they are rare, and the schemas are large.
  /* eslint-disable @typescript-eslint/no-require-imports -- an import would load them always */
  const { Validator } = require('@cfworker/json-schema') as typeof import('@cfworker/json-schema');
  const { OVERRIDE_SCHEMAS } = require('../../imports/override-schemas') as typeof import('../../imports/override-schemas');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const schemas: { readonly [release: string]: { readonly [part: string]: object } } = OVERRIDE_SCHEMAS;
  // Istio 1.29, which has no schema of its own, has no field that 1.30 lacks.
  const schema = (schemas[version] ?? schemas['1.30'])[part];
  const { errors } = new Validator(schema, '7', false).validate(given);
  // The deepest error names the field. The others say only that something within is wrong.
  return errors.sort((a, b) => b.instanceLocation.split('/').length - a.instanceLocation.split('/').length);
}

/** Names of fields from the outside to the place of an error, which is a JSON pointer. */
function fieldsOf({ instanceLocation }: OutputUnit): string[] {
  return instanceLocation.split('/').slice(1).map(name => decodeURI(name).replace(/~1/g, '/').replace(/~0/g, '~'));
}

function pathOf(error: OutputUnit): string {
  return fieldsOf(error).map(name => /^[0-9]+$/.test(name) ? `[${name}]` : `.${name}`).join('');
}

function valueAt(given: unknown, error: OutputUnit): unknown {
  return fieldsOf(error).reduce((value, name) => (value as Fields)[name], given);
}

function merged(base: Fields, patch: Fields | undefined): Fields {
  if (patch === undefined) {
    return base;
  }
  const replaced = ALTERNATIVES.filter(group => group.some(field => field in patch)).flat();
  const kept = Object.fromEntries(Object.entries(base).filter(([field]) => !replaced.includes(field) || field in patch));
  const changed = Object.entries(patch).map(([field, value]) => {
    const before = kept[field];
    return [field, isFields(before) && isFields(value) ? merged(before, value) : value];
  });
  return { ...kept, ...Object.fromEntries(changed) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
