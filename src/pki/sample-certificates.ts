/**
 * SHA-256 fingerprints of the CA certificates in Istio's samples/certs. Their private keys are public: who has read Istio's
 * repository can act as any workload of a mesh that uses them.
 */
export const SAMPLE_CERTIFICATES: ReadonlySet<string> = new Set([
  '11c9202c6be8ea5fcfb46d8591a8cf83b20eb97ade97234840851af8763ae428',
  '40ff5d9dcaa80833bb7291ef1f89acd9f4da11d6c6006b78897d3f9e2cff86b5',
  '63727a1785cab47acec5c24cc0669c20824e8ae1ac28079a4d2f8c830592e7b0',
  '677fbf661531ab421e73bfe7b2ebdb7ec5509174e3dfcd39d24b852e2d46d46c',
  'f867174e4a31f1792f8c0354a23f8f049bd4019729cd2ee579d67033065b2dc2',
]);
