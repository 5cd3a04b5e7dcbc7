/** Writes the API reference from the compiled package: `npm run docs:api`. */
import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { Type } from '@jsii/spec';
import { ApiModel, isClass, isEnum, isOptions, subjects } from './api-model';
import { ApiPage } from './api-page';
import { ApiText } from './api-text';
import { API, API_TYPES, PAGES } from './folders';

main();

function main(): void {
  const model = new ApiModel();
  const text = new ApiText(model);
  const page = new ApiPage(model, text);
  const folder = join(PAGES, API);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  model.types.forEach(type => writeFileSync(join(folder, `${type.name}.md`), page.of(type)));
  const listed = subjects().map(({ title, names }) => ({ title, types: model.types.filter(({ name }) => names.includes(name)) }));
  refuseUnlisted(model, listed.flatMap(({ types }) => types));
  writeFileSync(join(folder, 'index.md'), indexOf(listed, text));
  const forSite = {
    subjects: listed.map(({ title, types }) => ({ title, types: types.sort(byKind).map(({ name }) => name) })),
    members: Object.fromEntries(model.types.map(type => [type.name, model.membersOf(type).map(name => name.toLowerCase())])),
  };
  writeFileSync(API_TYPES, `${JSON.stringify(forSite, undefined, 2)}\n`);
  console.log(`${model.types.length} types, ${listed.length} subjects`);
}

/** A type that no subject lists would be on no page of the index. */
function refuseUnlisted(model: ApiModel, listed: Type[]): void {
  const missing = model.types.filter(type => !listed.includes(type)).map(({ name }) => name);
  if (missing.length > 0) {
    throw new Error(`src/index.ts lists no ${missing.join(', ')}`);
  }
}

/** Classes first, then what is passed to them. */
function byKind(a: Type, b: Type): number {
  const rank = (type: Type) => isClass(type) ? 0 : isEnum(type) ? 1 : isOptions(type) ? 2 : 1;
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function indexOf(listed: Array<{ title: string; types: Type[] }>, text: ApiText): string {
  const rows = (types: Type[]) => types.sort(byKind)
    .map(({ name, docs }) => `| [\`${name}\`](./${name}.md) | ${text.prose(docs?.summary ?? '').replace(/\n/g, ' ')} |`);
  return [
    '---', 'editLink: false', 'outline: 2', '---',
    '# API reference', '',
    'Every public type of the package, by subject, in the order of the guide. Each has a page of its own. The pages are made from what',
    'jsii compiles, and show TypeScript. In Python, the package is `cdk8s_istio_multicluster`, and names of members have underscores.', '',
    'TypeScript has two more classes, `MeshError` and `MeshErrors`, and the function `isMeshError`: see',
    '[error codes](../error-codes.md).', '',
    ...listed.flatMap(({ title, types }) => [`## ${title}`, '', '| type | meaning |', '|---|---|', ...rows(types), '']),
  ].join('\n');
}
