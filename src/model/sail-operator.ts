import { text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Options for clusters where the Sail operator installs istiod, such as OpenShift Service Mesh 3. */
export interface SailOperatorOptions {
  /**
   * Version of Istio as the operator names it, such as "v1.31.4".
   * @default - the newest patch release that the operator knows, such as "v1.31-latest"
   */
  readonly version?: string;
}

export const SAIL_OPERATOR_OPTIONS = schema<SailOperatorOptions>({ version: optional(text) });
