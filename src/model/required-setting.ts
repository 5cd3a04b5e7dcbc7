/**
 * Setting of an Istio that somebody else installs, without which the mesh does not work. `setting` is one of:
 * - `meshConfig.<path>`: field of the mesh configuration, the key `mesh` of the ConfigMap `istio`
 * - `istiod.env.<name>`: environment variable of istiod
 * - `istiod.domain`: DNS domain of the cluster, the argument `--domain` of istiod
 * - `gateway.env.<name>`: environment variable of the pods of a gateway
 * - `gateway.port`: port of the Service of a gateway, which leads to the same port of its pods
 */
export interface RequiredSetting {
  readonly setting: string;
  readonly value: string | number | string[];
  /** Namespace of istiod or of the gateway. */
  readonly namespace: string;
  /** Labels of the pods of the gateway; undefined for settings of istiod. */
  readonly labels?: { readonly [key: string]: string };
  /** Why the mesh depends on the setting. */
  readonly reason: string;
}

/** Content of the file `required-settings.yml`. */
export interface RequiredSettings {
  readonly cluster: string;
  /** Revision of the control plane; undefined for the default revision. */
  readonly revision?: string;
  readonly settings: RequiredSetting[];
}

/** Returns a setting as one line, such as `istiod.env.A = "b"`. */
export function settingLine({ setting, value, namespace, labels }: RequiredSetting): string {
  const pods = labels ? ` of the pods ${Object.entries(labels).map(([key, label]) => `${key}=${label}`).join(',')}` : '';
  return `${setting} = ${JSON.stringify(value)}${pods} in ${namespace}`;
}
