import { Data, Expression, partsOf, Statement } from './expression';
import { OF_CDK8S } from './known';
import { printable } from '../../../errors/printable';

/** Length at which a line is broken. */
const WIDTH = 120;

/** The text of a program: what it needs, the app, its statements, and the synth. */
export function programText(statements: readonly Statement[], head: readonly string[]): string {
  const names = namesIn(statements);
  const own = ['MeshApp', ...names.filter(name => !OF_CDK8S.includes(name))].sort();
  const foreign = names.filter(name => OF_CDK8S.includes(name));
  return [
    ...head.map(comment),
    ...foreign.length > 0 ? [importLine(foreign, 'cdk8s')] : [],
    importLine(own, 'cdk8s-istio-multicluster'),
    '',
    'const app = new MeshApp();',
    ...statements.map(statementText),
    '',
    'app.synth();',
    'console.error(app.summary());',
    '',
  ].join('\n');
}

/** The text of a statement, with its comment. */
function statementText({ comments, variable, expression }: Statement): string {
  if (expression === undefined) {
    return comments.map(comment).join('\n');
  }
  const declaration = variable === undefined ? '' : `const ${variable} = `;
  return [...comments.map(comment), `${declaration}${text(expression, '', declaration.length + 1)};`].join('\n');
}

/** A comment of one line, whatever the text holds: what a terminal does not print as it stands is escaped. */
function comment(line: string): string {
  return `// ${printable(line)}`;
}

function importLine(names: readonly string[], from: string): string {
  const line = `import { ${names.join(', ')} } from ${JSON.stringify(from).replaceAll('"', "'")};`;
  return line.length <= WIDTH ? line : `import {\n${names.map(name => `  ${name},\n`).join('')}} from '${from}';`;
}

/** The classes and enums that statements name. */
function namesIn(statements: readonly Statement[]): string[] {
  const names = statements.flatMap(({ expression }) => expression === undefined ? [] : partsOf(expression)).flatMap(part => {
    switch (part.is) {
      case 'constant': case 'new': return [part.type];
      case 'call': return typeof part.on === 'string' ? [part.on] : [];
      default: return [];
    }
  });
  return [...new Set(names)].sort();
}

/**
 * The text of an expression, on one line where it fits.
 * @param taken characters of the line that stand before and after it
 */
function text(expression: Expression, indent: string, taken: number): string {
  const line = inline(expression);
  if (indent.length + taken + line.length <= WIDTH || !isBreakable(expression)) {
    return line;
  }
  const deeper = `${indent}  `;
  switch (expression.is) {
    case 'list': return `[\n${expression.items.map(item => `${deeper}${text(item, deeper, 1)},\n`).join('')}${indent}]`;
    case 'object': return `{\n${expression.fields.map(field => `${deeper}${fieldText(field, deeper)},\n`).join('')}${indent}}`;
    case 'new': return argumentsText(`new ${expression.type}`, expression.args, indent);
    case 'call':
      return typeof expression.on === 'string' || expression.on.is === 'variable'
        ? argumentsText(`${targetText(expression.on)}.${expression.method}`, expression.args, indent)
        : `${text(expression.on, indent, taken)}\n${argumentsText(`${deeper}.${expression.method}`, expression.args, deeper)}`;
    default: return line;
  }
}

/** A call whose last argument is broken into lines. */
function argumentsText(callee: string, args: readonly Expression[], indent: string): string {
  const last = args[args.length - 1];
  const before = args.slice(0, -1).map(inline).map(arg => `${arg}, `).join('');
  return `${callee}(${before}${text(last, indent, WIDTH)})`;
}

function fieldText([key, value]: readonly [string, Expression], indent: string): string {
  const name = keyText(key);
  return `${name}: ${text(value, indent, name.length + 3)}`;
}

function isBreakable(expression: Expression): boolean {
  switch (expression.is) {
    case 'list': return expression.items.length > 0;
    case 'object': return expression.fields.length > 0;
    case 'new': return expression.args.length > 0 && isBreakable(expression.args[expression.args.length - 1]);
    case 'call': return typeof expression.on !== 'string' && expression.on.is === 'call'
      || expression.args.length > 0 && isBreakable(expression.args[expression.args.length - 1]);
    default: return false;
  }
}

function inline(expression: Expression): string {
  switch (expression.is) {
    case 'data': return dataText(expression.value);
    case 'list': return `[${expression.items.map(inline).join(', ')}]`;
    case 'object':
      return expression.fields.length === 0
        ? '{}' : `{ ${expression.fields.map(([key, value]) => `${keyText(key)}: ${inline(value)}`).join(', ')} }`;
    case 'constant': return `${expression.type}.${expression.name}`;
    case 'call': return `${targetText(expression.on)}.${expression.method}(${expression.args.map(inline).join(', ')})`;
    case 'new': return `new ${expression.type}(${expression.args.map(inline).join(', ')})`;
    case 'variable': return expression.name;
  }
}

function targetText(on: string | Expression): string {
  return typeof on === 'string' ? on : inline(on);
}

function dataText(value: Data): string {
  if (typeof value === 'string') {
    return stringText(value);
  }
  if (typeof value !== 'object') {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(dataText).join(', ')}]`;
  }
  const fields = Object.entries(value).map(([key, item]) => `${keyText(key)}: ${dataText(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** A name that TypeScript takes for the key of a field without quotes. `__proto__` is none: as a literal key it would set the prototype. */
function keyText(key: string): string {
  if (key === '__proto__') {
    return `[${stringText(key)}]`;
  }
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringText(key);
}

/** A string. Single quotes, as in the examples, where the text needs no escapes. */
function stringText(value: string): string {
  const json = JSON.stringify(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped);
  return /^[^'"\\]*$/.test(json.slice(1, -1)) ? `'${json.slice(1, -1)}'` : json;
}

/** Text that no editor shows as it stands: it would change how a program reads. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
