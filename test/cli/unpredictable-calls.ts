import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

/** Modules of Node with functions that draw randomness or read a clock, and the names of these functions. */
const MODULES: { readonly [name: string]: RegExp } = {
  crypto: /^(random|generate|getRandomValues|publicEncrypt|webcrypto|subtle|createECDH|createDiffieHellman)/,
  fs: /^mkdtemp/,
  perf_hooks: /^/,
};

/** Modules that must be imported by the names of their functions, so that the scan sees which functions are used. */
const NAMED_IMPORTS_ONLY = ['crypto', 'perf_hooks'];

/** Methods that draw randomness or read a clock, whatever object they are called on. */
const UNPREDICTABLE_METHODS = [
  'encrypt', 'generateKeyPair', 'getRandomValues', 'hrtime', 'mkdtemp', 'mkdtempSync', 'random', 'randomUUID', 'uptime',
];

/** Global objects, with the members that neither draw randomness nor read a clock. */
const GLOBALS: { readonly [name: string]: RegExp } = {
  Date: /^(UTC|parse|prototype)$/,
  Math: /^(?!random$)/,
  crypto: /^$/,
  globalThis: /^$/,
  performance: /^$/,
};

/** Expression of a source file that draws randomness or reads the clock. */
export interface UnpredictableCall {
  /** Path of the file within the scanned folder. */
  readonly file: string;
  readonly expression: string;
}

/** Expressions in the TypeScript files of a folder that draw randomness or read the clock. */
export function unpredictableCallsIn(folder: string): UnpredictableCall[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).sort();
  return files.flatMap(file => unpredictableCalls(readFileSync(join(folder, file), 'utf8')).map(expression => ({ file, expression })));
}

/** Expressions in a TypeScript text that draw randomness or read the clock. */
export function unpredictableCalls(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) {
      return;
    }
    if (isUnpredictable(node)) {
      found.push((ts.isIdentifier(node) ? node.parent : node).getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isUnpredictable(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    return isUnpredictableImport(node);
  }
  if (ts.isExternalModuleReference(node)) {
    return NAMED_IMPORTS_ONLY.includes(moduleName(node.expression));
  }
  if (ts.isExportDeclaration(node)) {
    return node.moduleSpecifier !== undefined && NAMED_IMPORTS_ONLY.includes(moduleName(node.moduleSpecifier));
  }
  if (ts.isCallExpression(node) && loadsModule(node)) {
    return node.arguments.some(argument => NAMED_IMPORTS_ONLY.includes(moduleName(argument)));
  }
  if (ts.isPropertyAccessExpression(node)) {
    return UNPREDICTABLE_METHODS.includes(node.name.text);
  }
  return ts.isIdentifier(node) && Object.hasOwn(GLOBALS, node.text) && isUnpredictableGlobal(node);
}

function isUnpredictableImport({ moduleSpecifier, importClause }: ts.ImportDeclaration): boolean {
  const name = moduleName(moduleSpecifier);
  if (!Object.hasOwn(MODULES, name) || !importClause || importClause.isTypeOnly) {
    return false;
  }
  const { namedBindings } = importClause;
  if (!namedBindings || !ts.isNamedImports(namedBindings)) {
    return NAMED_IMPORTS_ONLY.includes(name);
  }
  const values = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return values.some(element => MODULES[name].test((element.propertyName ?? element.name).text));
}

function loadsModule({ expression }: ts.CallExpression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || ts.isIdentifier(expression) && expression.text === 'require';
}

/** Name of a module without the prefix `node:`. */
function moduleName(specifier: ts.Expression): string {
  return ts.isStringLiteral(specifier) ? specifier.text.replace(/^node:/, '') : '';
}

/** Whether an identifier is a use of a global object that may draw randomness or read a clock. */
function isUnpredictableGlobal(identifier: ts.Identifier): boolean {
  const { parent, text } = identifier;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === identifier && !GLOBALS[text].test(parent.name.text);
  }
  if (ts.isNewExpression(parent)) {
    // A date with arguments does not read the clock.
    return parent.expression !== identifier || !parent.arguments?.length;
  }
  const isTypeTest = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
  return !isTypeTest && !isName(identifier);
}

/** Whether an identifier is only a name, such as the name of a property. */
function isName(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  return 'name' in parent && parent.name === identifier && !ts.isShorthandPropertyAssignment(parent);
}
