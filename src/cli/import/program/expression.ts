/**
 * A part of a program that declares a mesh, as data. A program is printed from it (`print.ts`), and run from it (`run.ts`), so what is
 * compared with the manifests is what the printed text says, and no text is evaluated.
 */
export type Expression =
  | { readonly is: 'data'; readonly value: Data }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  | { readonly is: 'object'; readonly fields: ReadonlyArray<readonly [string, Expression]> }
  | { readonly is: 'constant'; readonly type: string; readonly name: string }
  | { readonly is: 'call'; readonly on: string | Expression; readonly method: string; readonly args: readonly Expression[] }
  | { readonly is: 'new'; readonly type: string; readonly args: readonly Expression[] }
  | { readonly is: 'variable'; readonly name: string };

/** Plain data, as JSON has it. */
export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

/** A statement of a program. */
export interface Statement {
  /** Lines of the comment above it: what a person has to decide. */
  readonly comments: readonly string[];
  /** Variable that holds the result; undefined where nothing refers to it. */
  readonly variable?: string;
  /** Undefined for a comment alone. */
  readonly expression?: Expression;
}

/** Plain data. */
export function data(value: Data): Expression {
  return { is: 'data', value };
}

/** A list. */
export function list(items: readonly Expression[]): Expression {
  return { is: 'list', items };
}

/** An object without its undefined fields. */
export function object(fields: { readonly [key: string]: Expression | undefined }): Expression {
  return { is: 'object', fields: Object.entries(fields).flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]) };
}

/** A constant of a class or enum, such as `IstioRelease.V1_31`. */
export function constant(type: string, name: string): Expression {
  return { is: 'constant', type, name };
}

/** A call of a method: of a class by its name, or of what another expression returns. */
export function call(on: string | Expression, method: string, ...args: readonly Expression[]): Expression {
  return { is: 'call', on, method, args };
}

/** A new object of a class. */
export function construct(type: string, ...args: readonly Expression[]): Expression {
  return { is: 'new', type, args };
}

/** The result of an earlier statement. */
export function variable(name: string): Expression {
  return { is: 'variable', name };
}

/** Whether an expression is an object without fields. */
export function isEmptyObject(expression: Expression | undefined): boolean {
  return expression?.is === 'object' && expression.fields.length === 0;
}

/** The expressions within an expression, itself included. */
export function partsOf(expression: Expression): Expression[] {
  return [expression, ...childrenOf(expression).flatMap(partsOf)];
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'list': return expression.items;
    case 'object': return expression.fields.map(([, value]) => value);
    case 'call': return typeof expression.on === 'string' ? expression.args : [expression.on, ...expression.args];
    case 'new': return expression.args;
    default: return [];
  }
}
