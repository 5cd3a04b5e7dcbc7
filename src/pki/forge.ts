/** Returns node-forge. It is loaded on first use: most programs import this library without reading or writing DER. */
export function forge(): typeof import('node-forge') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('node-forge');
}
