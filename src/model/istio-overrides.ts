import { Leaf } from '../options/kind';
import { optional, schema } from '../options/schema';

/**
 * Settings in the words of Istio. They are merged into the objects of an import, field by field; lists replace lists. What the result says
 * is checked by the schema of Istio. The fields that decide where requests go, and with whose identity and TLS, cannot be set.
 */
export interface IstioOverrides {
  /**
   * Fields of the type `TrafficPolicy`. They are merged into each traffic policy of the DestinationRule: that of the rule, of each port and
   * of each subset. `tls`, `portLevelSettings` and `tunnel` cannot be set.
   * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
   * @default - none
   */
  readonly trafficPolicy?: { [field: string]: any };

  /**
   * Fields of the type `HTTPRoute`. They are merged into each HTTP route of the VirtualService that sends requests on. `match`, `route`,
   * `redirect`, `directResponse`, `delegate` and `name` cannot be set: use `routing`.
   * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
   * @default - none
   */
  readonly httpRoute?: { [field: string]: any };
}

/** Fields of any names, as plain data. */
const fields = new Leaf<{ [field: string]: any }>('an object of plain data', isPlainObject, { write: '{ field: value }' });

export const ISTIO_OVERRIDES = schema<IstioOverrides>({ trafficPolicy: optional(fields), httpRoute: optional(fields) });

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value, 0);
}

/** Settings of Istio are a few levels deep: a limit ends objects that contain themselves. */
const MAX_DEPTH = 16;

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'object' && value !== null) {
    const isListOrRecord = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
    return depth < MAX_DEPTH && isListOrRecord && Object.values(value).every(item => isPlain(item, depth + 1));
  }
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' && Number.isFinite(value);
}
