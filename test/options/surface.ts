import { join } from 'path';
import * as ts from 'typescript';

const SOURCES = join(__dirname, '..', '..', 'src');

/** The public surface of the library, as the TypeScript compiler reads it. */
export interface Surface {
  /** Constructors, as `Mesh`, and methods, as `Mesh.addCluster`, that a program can pass something to. */
  readonly entries: string[];
  /** Interfaces of options that the entries take, each with the schemas of its file. */
  readonly interfaces: Array<{ readonly name: string; readonly schemasOfFile: string[] }>;
}

/** Reads the public surface. */
export function surface(): Surface {
  const index = join(SOURCES, 'index.ts');
  const options = { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, skipLibCheck: true };
  const program = ts.createProgram([index], options);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)!)!)
    .map(symbol => (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol));
  const classes = exported.flatMap(symbol => symbol.declarations ?? []).filter(ts.isClassDeclaration);
  const found = classes.flatMap(entriesOf);
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  found.forEach(({ parameters }) => parameters.forEach(parameter => collect(checker.getTypeAtLocation(parameter), checker, interfaces)));
  return {
    entries: found.map(({ name }) => name).sort(),
    interfaces: [...interfaces].map(([name, declaration]) => ({ name, schemasOfFile: schemasIn(declaration.getSourceFile()) })),
  };
}

interface Entry {
  readonly name: string;
  readonly parameters: readonly ts.ParameterDeclaration[];
}

/** The public constructor and methods of a class, as far as they have parameters. */
function entriesOf(declaration: ts.ClassDeclaration): Entry[] {
  return declaration.members.filter(isPublic).flatMap((member): Entry[] => {
    if (ts.isConstructorDeclaration(member)) {
      return [{ name: declaration.name!.text, parameters: member.parameters }];
    }
    const name = `${declaration.name!.text}.${member.name?.getText()}`;
    return ts.isMethodDeclaration(member) ? [{ name, parameters: member.parameters }] : [];
  }).filter(({ parameters }) => parameters.length > 0);
}

function isPublic(member: ts.ClassElement): boolean {
  const isInternal = ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
  return !isInternal && (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** Adds the interfaces of options of a type, those of its properties too. Interfaces with behavior start with a capital I. */
function collect(type: ts.Type, checker: ts.TypeChecker, found: Map<string, ts.InterfaceDeclaration>): void {
  const parts = type.isUnionOrIntersection() ? type.types : checker.getTypeArguments(type as ts.TypeReference);
  parts.filter(part => part !== type).forEach(part => collect(part, checker, found));
  const values = type.getStringIndexType();
  if (values) {
    collect(values, checker, found);
  }
  const declaration = type.getSymbol()?.declarations?.find(ts.isInterfaceDeclaration);
  const name = declaration?.name.text ?? '';
  if (!declaration?.getSourceFile().fileName.startsWith(SOURCES) || found.has(name) || /^I[A-Z]/.test(name)) {
    return;
  }
  found.set(name, declaration);
  type.getProperties().forEach(property => collect(checker.getTypeOfSymbolAtLocation(property, declaration), checker, found));
}

/** The interfaces that a file declares a schema of, as `schema<Interface>(...)`. */
function schemasIn(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'schema') {
      names.push(...(node.typeArguments ?? []).map(argument => argument.getText()));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
