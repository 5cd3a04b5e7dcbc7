import { writeFileSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import * as fc from 'fast-check';
import { toYaml } from '../../../src/output/yaml';
import { AWKWARD, document, READERS } from '../../output/documents';
import { pythonWith } from '../parts';
import { run } from '../process';
import { must, Proof } from '../proof';

const DOCUMENTS = 100_000;
/** PyYAML is written in Python, and takes about a millisecond for a document. */
const PYTHON_DOCUMENTS = 10_000;
const PY_YAML = 'PyYAML==6.0.3';
/** Reader of kubectl and Argo CD. A go.mod file pins its version. */
const GO_YAML = 'sigs.k8s.io/yaml';

/** Numbers whose usual form YAML 1.1 takes for a string, and others. */
const NUMBERS = [1e21, -1e21, 1e-7, 1.5e300, 5e-324, 1e20, 123456789012345680000, 2 ** 53, 0.1, -1, 0, 1.7976931348623157e308];

/** Prints each document that reads otherwise than it was written. A value must have the same type, except that 1 may be read for 1.0. */
const COMPARE = `
import json, sys, yaml

def same(read, written):
    if isinstance(written, dict):
        return isinstance(read, dict) and read.keys() == written.keys() and all(same(read[key], written[key]) for key in written)
    if isinstance(written, list):
        return isinstance(read, list) and len(read) == len(written) and all(map(same, read, written))
    is_number = lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)
    return (type(read) is type(written) or is_number(read) and is_number(written)) and read == written

for document in json.load(open(sys.argv[1], encoding='utf-8', errors='surrogatepass')):
    try:
        read = yaml.safe_load(document['yaml'])
    except yaml.YAMLError as error:
        read = error
    if not same(read, document['value']):
        print(json.dumps(document), '->', repr(read))
`;

/** Random documents, with unusual strings, are equal after the emitter writes them and independent readers read them. */
export const yamlProof: Proof = {
  name: 'yaml',
  parts: [{ name: 'read-equal', module: 'yaml', package: './read-equal' }],
  async show({ folder, program, say }) {
    const seed = Number(process.env.YAML_SEED ?? 20261127);
    fc.assert(fc.property(document, value => {
      const yaml = toYaml(value, { sortKeys: true });
      const expected = JSON.parse(JSON.stringify(value));
      return Object.values(READERS).every(read => isDeepStrictEqual(JSON.parse(JSON.stringify(read(yaml))), expected));
    }), { numRuns: DOCUMENTS, seed });
    const corpus = [...AWKWARD, ...NUMBERS].flatMap(value => [value, [value], { key: value }, { [value]: [[value]] }]);
    const values = [...corpus, ...fc.sample(document, { numRuns: PYTHON_DOCUMENTS, seed })];
    const file = join(folder, 'documents.json');
    writeFileSync(file, JSON.stringify(values.map(value => ({ yaml: toYaml(value, { sortKeys: true }), value }))));
    const different = await run(await pythonWith(PY_YAML, say), ['-c', COMPARE, file], { seconds: 600 });
    must(different === '', `PyYAML reads otherwise than was written: ${different.slice(0, 4000)}`);
    const differentInGo = await run(program('read-equal'), [file], { seconds: 600 });
    must(differentInGo === '', `${GO_YAML} reads otherwise than was written: ${differentInGo.slice(0, 4000)}`);
    return `${DOCUMENTS} random documents read back equal through ${Object.keys(READERS).join(', ')}, `
      + `and ${values.length} through ${PY_YAML} and ${GO_YAML} (seed ${seed})`;
  },
};
