/** node-forge, loaded when something reads or makes DER, and not at import. */
export function forge(): typeof import('node-forge') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('node-forge');
}
