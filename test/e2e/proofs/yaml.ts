import { isDeepStrictEqual } from 'util';
import * as fc from 'fast-check';
import { toYaml } from '../../../src/output/yaml';
import { document, READERS } from '../../output/documents';
import { Proof } from '../proof';

const DOCUMENTS = 100_000;

/** Random documents, with unusual strings, are equal after the emitter writes them and independent readers read them. */
export const yamlProof: Proof = {
  name: 'yaml',
  parts: [],
  show: async () => {
    fc.assert(fc.property(document, value => {
      const yaml = toYaml(value, { sortKeys: true });
      const expected = JSON.parse(JSON.stringify(value));
      return Object.values(READERS).every(read => isDeepStrictEqual(JSON.parse(JSON.stringify(read(yaml))), expected));
    }), { numRuns: DOCUMENTS });
    return `${DOCUMENTS} random documents read back equal through ${Object.keys(READERS).join(', ')}`;
  },
};
