import { rmSync } from 'fs';
import { built } from './parts';
import { Proof, proofFolder } from './proof';
import { dnsFuzzProof } from './proofs/dns-fuzz';
import { istioctlProofs } from './proofs/istioctl';
import { killProof } from './proofs/kill';
import { kustomizeProof } from './proofs/kustomize';

const say = (line: string) => console.error(`  ${line}`);
async function main() {
  const all: Proof[] = [kustomizeProof, dnsFuzzProof, istioctlProofs[1], killProof];
  for (const proof of all) {
    const folder = proofFolder(proof.name);
    const programs = new Map<string, string>();
    for (const part of proof.parts) {
      programs.set(part.name, await built(part, say));
    }
    try {
      console.log('ok', proof.name, await proof.show({ folder, say, program: name => programs.get(name)! }));
    } catch (error) {
      console.log('FAIL', proof.name, error);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
void main();
