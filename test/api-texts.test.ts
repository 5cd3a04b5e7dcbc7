import { readFileSync } from 'fs';
import { join, relative } from 'path';
import * as ts from 'typescript';

const SRC = join(__dirname, '..', 'src');

function sourceFile(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

type Declared = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.EnumDeclaration;
type Member = ts.ClassElement | ts.TypeElement | ts.EnumMember;

function isDeclared(statement: ts.Statement): statement is Declared {
  return ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement);
}

/** The classes, interfaces and enums that src/index.ts exports, by name: what every language of jsii gets. */
const PUBLIC = new Map(sourceFile(join(SRC, 'index.ts')).statements.filter(ts.isExportDeclaration).flatMap(statement => {
  const { statements } = sourceFile(`${join(SRC, (statement.moduleSpecifier as ts.StringLiteral).text)}.ts`);
  const exported = (statement.exportClause as ts.NamedExports).elements.map(({ name }) => name.text);
  return statements.filter(isDeclared).filter(({ name }) => exported.includes(name!.text))
    .map(declared => [declared.name!.text, declared] as const);
}));

/** The last doc comment of a node, which is the one that belongs to it. */
function docOf(node: ts.Node): ts.JSDoc | undefined {
  return ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).pop();
}

function textOf(doc: ts.JSDoc | undefined): string {
  return ts.getTextOfJSDocComment(doc?.comment) ?? '';
}

function isPublic(member: Member): boolean {
  const flags = ts.getCombinedModifierFlags(member as ts.Declaration);
  return !(flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) && !/^_/.test(member.name?.getText() ?? '');
}

/** The member of the same name of an interface that the class implements: its text is that of the class too. */
function implemented(declared: Declared, member: Member): Member | undefined {
  const clauses = ts.isClassDeclaration(declared) ? declared.heritageClauses ?? [] : [];
  const interfaces = clauses.flatMap(({ types }) => types.map(type => PUBLIC.get(type.getText())));
  return interfaces.flatMap(found => found && ts.isInterfaceDeclaration(found) ? [...found.members] : [])
    .find(candidate => candidate.name?.getText() === member.name?.getText());
}

/** What the texts of a constructor or method lack. */
function lacksOfCall(call: ts.ConstructorDeclaration | ts.MethodDeclaration): string[] {
  const described = (parameter: ts.ParameterDeclaration) => ts.getJSDocParameterTags(parameter).some(tag => tag.comment);
  const returns = call.type && call.type.kind !== ts.SyntaxKind.VoidKeyword && !ts.getJSDocReturnTag(call)?.comment;
  return [
    ...call.parameters.filter(parameter => !described(parameter)).map(({ name }) => `@param ${name.getText()}`),
    ...returns ? ['@returns'] : [],
  ];
}

/** What the texts of a member lack. */
function lacks(declared: Declared, member: Member): string[] {
  const inherited = implemented(declared, member);
  const text = textOf(docOf(member)) || inherited && textOf(docOf(inherited));
  const throwsTags = docOf(member)?.tags?.filter(tag => tag.tagName.text === 'throws') ?? [];
  return [
    ...text ? [] : ['a text'],
    ...throwsTags.length > 1 ? ['one @throws with all codes: of several, jsii keeps the last'] : [],
    ...ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member) ? lacksOfCall(member) : [],
  ];
}

/** The public members, and the fields that a constructor declares as parameters. */
function membersOf(declared: Declared): Member[] {
  const fields = [...declared.members].flatMap(member => ts.isConstructorDeclaration(member)
    ? member.parameters.filter(parameter => ts.isParameterPropertyDeclaration(parameter, member)) as unknown as Member[]
    : []);
  return [...declared.members, ...fields].filter(isPublic);
}

describe('the public API', () => {
  const symbols = [...PUBLIC].flatMap(([name, declared]) => [
    { name, missing: textOf(docOf(declared)) ? [] : ['a text'] },
    ...membersOf(declared).map(member => ({
      name: `${name}.${member.name?.getText() ?? 'constructor'} in ${relative(SRC, declared.getSourceFile().fileName)}`,
      missing: lacks(declared, member),
    })),
  ]);

  test('has a text for each type, member, parameter and returned value', () => {
    expect(symbols.length).toBeGreaterThan(500);
    expect(symbols.filter(({ missing }) => missing.length > 0)).toEqual([]);
  });
});
