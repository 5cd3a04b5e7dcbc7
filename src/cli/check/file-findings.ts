import { objectAt, textsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { lineComments } from '../../istio/line-comments';
import { hasHeader, withoutComments } from '../../output/comments';
import { manifestText } from '../../output/manifest-text';
import { RECORD } from '../../output/owned-files';
import { holdsPrivateKey, privateKeyProblem, privateKeysIn } from '../../pki/key-scan';
import { Finding, Severity, unreadableProblem } from '../../written/finding';
import { firstDataOf, Manifest, placeOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import { isRead, isYaml } from '../../written/read-folder';
import type { SourceFile, SourceFolder } from '../../written/source';

/** What the files themselves show: documents that are no objects, keys, and differences from the record and the listings. */
export function fileFindings(mesh: WrittenMesh): Finding[] {
  const manifests = [...[...mesh.clusters.values()].flatMap(cluster => cluster.manifests), ...mesh.otherManifests];
  const keys = [...keysInManifests(manifests), ...mesh.folders.flatMap(keysInFiles)];
  return [
    ...mesh.unreadable.map((document): Finding => ({ ...unreadableProblem(document), severity: 'error', place: document.place })),
    // A key is found as text and as a field: one finding for each file is enough.
    ...[...new Map(keys.map(finding => [finding.place?.file, finding])).values()],
    ...mesh.folders.flatMap(folder => recordFindings(folder, manifests)),
    ...mesh.folders.flatMap(listingFindings),
  ];
}

function keysInManifests(manifests: Manifest[]): Finding[] {
  return manifests.flatMap(manifest => privateKeysIn(manifest.content).map(field => (
    keyFinding(manifest.file, placeOf(manifest, ...field.split('.').slice(0, 1)).line, field)
  )));
}

function keysInFiles({ files }: SourceFolder): Finding[] {
  return files.filter(({ text }) => holdsPrivateKey(text)).map(file => {
    // The header of a PEM block is no key by itself, and the place where people look.
    const line = file.text.split('\n').findIndex(text => text.includes('PRIVATE KEY-----') || holdsPrivateKey(text));
    return keyFinding(file, Math.max(0, line) + 1, 'the file');
  });
}

function keyFinding(file: SourceFile, line: number, field: string): Finding {
  return {
    ...privateKeyProblem(file.path, field),
    severity: 'error',
    what: 'a private key in the clear',
    fix: 'remove it, and replace the key: whoever read the folder has it; deliver cacerts with MeshTrust.sealedSecrets()',
    place: { file: file.path, line },
  };
}

/** Files that the record names and that are gone, files in folders of clusters that it does not name, and files with another form. */
function recordFindings({ files, cluster }: SourceFolder, manifests: Manifest[]): Finding[] {
  const record = cluster === undefined ? files.find(({ name }) => name === RECORD) : undefined;
  const recorded = record && recordedFiles(record);
  if (record === undefined) {
    return [];
  }
  if (recorded === undefined) {
    return [drift('error', { file: record.path, line: 1 }, 'the record of written files cannot be read', 'run the synth again')];
  }
  const names = new Set(files.map(({ name }) => name));
  const known = new Set(recorded);
  const folders = new Set(recorded.map(name => name.split('/')[0]));
  const edited = manifests.filter(({ file, content }) => (
    files.includes(file) && known.has(file.name) && manifestText(content) !== withoutOurComments(file.text, content)
  ));
  return [
    ...recorded.filter(name => isRead(name) && !names.has(name)).map(name => drift(
      'error',
      { file: record.path, line: lineOf(record.text, `"${name}"`) },
      `${name} was written and is gone`,
      'restore it from Git, or run the synth again',
    )),
    ...files.filter(({ name }) => isYaml(name) && name.includes('/') && folders.has(name.split('/')[0]) && !known.has(name)).map(
      ({ path }) => drift('warning', { file: path, line: 1 }, 'the synth did not write this file, and never removes it',
        'declare the object in the program, or move it to a folder of its own'),
    ),
    ...edited.map(({ file }) => drift(
      'warning',
      { file: file.path, line: firstDifference(file.text, manifests) },
      'the file does not have the form in which a synth writes it: somebody edited it',
      'make the change in the program: the next synth replaces the file',
    )),
  ];
}

/** Files that a listing names and that are missing, and manifests beside it that it does not name. */
function listingFindings({ files }: SourceFolder): Finding[] {
  const names = new Set(files.map(({ name }) => name));
  return files.filter(({ name }) => /(^|\/)kustomization\.ya?ml$/.test(name)).flatMap(listing => {
    const folder = listing.name.includes('/') ? listing.name.slice(0, listing.name.lastIndexOf('/') + 1) : '';
    const listed = textsIn(objectAt(firstDataOf(listing)).resources);
    const beside = files.filter(({ name }) => (
      isYaml(name) && name !== listing.name && name.startsWith(folder) && !name.slice(folder.length).includes('/')
    ));
    return [
      ...listed.filter(name => isYaml(name) && !name.includes('/') && !names.has(folder + name)).map(name => drift(
        'error',
        { file: listing.path, line: lineOf(listing.text, name) },
        `the listing names ${name}, which is missing, so no engine can apply the folder`,
        'restore the file from Git, or run the synth again',
      )),
      ...beside.filter(({ name }) => listed.length > 0 && !listed.includes(name.slice(folder.length))).map(({ path }) => drift(
        'warning',
        { file: path, line: 1 },
        'the listing beside it does not name this file, so engines do not apply it',
        'declare the object in the program, or add the file to a listing of your own',
      )),
    ];
  });
}

function recordedFiles({ text }: SourceFile): string[] | undefined {
  try {
    const { files } = objectAt(JSON.parse(text));
    return Array.isArray(files) ? textsIn(files) : undefined;
  } catch {
    return undefined;
  }
}

function drift(severity: Severity, place: { readonly file: string; readonly line: number }, what: string, fix: string): Finding {
  return { severity, code: MeshErrorCode.FOLDER_DRIFT, where: place.file, what, fix, place };
}

function lineOf(text: string, part: string): number {
  return Math.max(0, text.split('\n').findIndex(line => line.includes(part))) + 1;
}

/** The first line that differs from the text that a synth would write for the objects of a file. */
function firstDifference(text: string, manifests: Manifest[]): number {
  const ofFile = manifests.filter(({ file }) => file.text === text);
  const expected = ofFile.map(({ content }) => manifestText(content)).join('').split('\n');
  const written = withoutOurComments(text, ofFile[0]?.content).split('\n');
  return Math.max(0, written.findIndex((line, i) => line !== expected[i])) + (hasHeader(text) ? 2 : 1);
}

/** The text of a file without the comments that a synth writes. */
function withoutOurComments(text: string, content: any): string {
  return withoutComments(text, lineComments(String(objectAt(content).kind)));
}
