import { readFileSync } from 'fs';
import { join } from 'path';

/** Words that mark commands as not run: those of a whole section where it begins with them, and of the next block elsewhere. */
export const NOT_RUN = '*Not run by the tests.*';

/** A block of shell commands in the documentation. */
export interface ShellBlock {
  /** Path of the page within the project. */
  readonly page: string;
  readonly commands: string;
  /** Whether the page says that the tests do not run it. */
  readonly isMarked: boolean;
}

/** The blocks of shell commands of a page, in their order. Blocks of lists are indented. */
export function shellBlocks(page: string): ShellBlock[] {
  const text = readFileSync(join(__dirname, '..', page), 'utf8');
  return [...text.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(({ index, 1: indent, 2: lines }) => {
    const before = text.slice(0, index);
    const section = before.slice(before.search(/^#{1,6} (?![\s\S]*^#{1,6} )/m));
    return {
      page,
      commands: lines.replace(new RegExp(`^${indent}`, 'gm'), ''),
      isMarked: section.replace(/^.*\n+/, '').startsWith(NOT_RUN) || section.split('```').pop()!.includes(NOT_RUN),
    };
  });
}

/** Test files that run blocks of the documentation as they stand there, and the first line of each block. */
export const RUN_BLOCKS: { readonly [test: string]: { readonly [page: string]: string[] } } = {
  'test/docs.test.ts': {
    'docs/getting-started.md': [
      'export ISTIO_MESH_PASSPHRASE_FILE="$HOME/my-mesh-passphrase"',
      'npx tsx main.ts',
      'npx istio-mesh explain cluster1 foo httpbin.bar.global:8000',
    ],
    'docs/how-to/draw-a-mesh.md': ['npx istio-mesh graph -o html > mesh.html', 'npx istio-mesh graph -o svg > mesh.svg'],
    'docs/how-to/troubleshoot.md': ['npx istio-mesh explain cluster1 foo httpbin.bar.global:8000'],
  },
  'test/e2e/proofs/first-steps.ts': {
    'README.md': [
      'npm ci',
      'npx --yes -p ./cdk8s-istio-multicluster-0.0.0.tgz istio-mesh new mesh --package cdk8s-istio-multicluster-0.0.0.tgz',
      'npm start                                   # writes dist/',
    ],
  },
  'test/e2e/proofs/ca/documents.ts': {
    'docs/how-to/deliver-ca-certificates.md': [
      'export ISTIO_MESH_PASSPHRASE_FILE=/path/outside/of/git',
      'kubeseal --context cluster1 --fetch-cert > cluster1-sealing.pem',
      'npx istio-mesh ca reseal cluster1 --accept-recipient <fingerprint>',
      'openssl pkey -in pki/private/cluster1-<id>.pem -passin file:<passphrase file>',
      'openssl x509 -in ca-cert.pem -noout -subject',
    ],
    'docs/how-to/sign-with-an-external-root.md': [
      'npx istio-mesh ca init --root-cert organisation-root.pem',
      'npx istio-mesh ca issue cluster1 --csr-out cluster1.csr',
      'npx istio-mesh ca issue cluster1 --import-cert signed.pem --sealing-cert cluster1-sealing.pem',
    ],
    'docs/how-to/operate-a-mesh.md': [
      'npx istio-mesh ca status',
      'npx istio-mesh ca issue cluster3 --sealing-cert cluster3-sealing.pem',
      'npx istio-mesh ca renew cluster1',
      'mkdir -p pki/private',
      'npx istio-mesh ca reseal cluster1 --accept-recipient <fingerprint>',
      'npx istio-mesh ca rotate-root introduce',
      'rm -r pki/clusters/cluster2',
    ],
    'docs/reference/istio-mesh.md': [
      "(umask 077 && printf '%s\\n' '<passphrase>' > /path/outside/of/git)",
      'openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in <file> -passin file:old -out <new file> -passout file:new',
    ],
  },
  'test/e2e/proofs/ca/merge.ts': {
    'docs/how-to/merge-two-meshes.md': [
      'npx istio-mesh ca rotate-root introduce --root-cert south-root.pem',
      'npx istio-mesh ca rotate-root introduce --root-cert north-root.pem',
      'npx istio-mesh ca renew cluster3 --csr-out cluster3.csr',
      'openssl req -in cluster3.csr -noout -verify -subject',
      'npx istio-mesh ca renew cluster3 --import-cert cluster3-signed.pem',
      'npx istio-mesh ca rotate-root retire',
      'git revert --no-edit <commit of step 1>',
      'rm -r pki/clusters/cluster5',
      'npx istio-mesh ca issue cluster3 --sealing-cert cluster3-sealing.pem',
    ],
  },
};

/** The first line of a block, by which tests name it. */
export function firstLine({ commands }: ShellBlock): string {
  return commands.split('\n')[0];
}

/**
 * The commands of a block that a test runs.
 * @param test path of the test file, under which RUN_BLOCKS lists the block
 */
export function commandsOf(test: string, page: string, begin: string): string {
  const found = shellBlocks(page).filter(block => firstLine(block) === begin);
  if (found.length !== 1 || !RUN_BLOCKS[test]?.[page]?.includes(begin)) {
    throw new Error(`${page} has ${found.length} blocks that begin with '${begin}', or RUN_BLOCKS does not list it for ${test}`);
  }
  return found[0].commands;
}
