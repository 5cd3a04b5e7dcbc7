import { CurrentContentError } from './current-content';
import { readYaml } from './yaml-content';

/** Current content of CoreDNS as an add-on of EKS. */
export interface EksContent {
  /** Corefile of ConfigMap kube-system/coredns. */
  readonly corefile?: string;
  /** Configuration values of the add-on, as JSON or YAML. */
  readonly configurationValues?: string;
}

/** Configuration values of the add-on. */
interface EksValues {
  /** Current Corefile; undefined when it is unknown. */
  readonly corefile?: string;
  /** All values but the Corefile. */
  readonly others: { readonly [name: string]: unknown };
}

/**
 * Reads the configuration values of the add-on. Their Corefile is the current one, if they have any.
 * @throws CurrentContentError for values that are no object, and for values with another Corefile than the one that was passed
 */
export function eksValues({ corefile, configurationValues = '{}' }: EksContent): EksValues {
  const values = readYaml(configurationValues).data ?? {};
  if (!isMap(values)) {
    throw new CurrentContentError('its configuration values are no object in JSON or YAML');
  }
  const { corefile: own, ...others } = values;
  if (own === undefined) {
    return { corefile, others };
  }
  if (typeof own !== 'string') {
    throw new CurrentContentError('the Corefile in its configuration values is no text', JSON.stringify(own));
  }
  if (corefile !== undefined && corefile.trimEnd() !== own.trimEnd()) {
    throw new CurrentContentError('its configuration values have another Corefile than the one that was passed; leave out corefile');
  }
  return { corefile: own, others };
}

function isMap(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
