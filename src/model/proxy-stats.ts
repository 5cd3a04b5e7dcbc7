/**
 * Patterns of statistics that proxies expose beside those of Istio: gateways that callers ejected, and endpoints of imports and exports.
 * A pattern matches the whole name. Proxies count outlier detection only where it is set, which is where a host has several endpoints.
 */
export const PROXY_STATS = [
  'cluster\\.outbound.*\\.outlier_detection\\.ejections_active',
  'cluster\\.outbound.*\\.membership_healthy',
];
