import { ApiObject } from 'cdk8s';
import { Data, Expression, partsOf, Statement } from './expression';
import { KNOWN } from './known';
import { isMeshError } from '../../../errors/mesh-error';
import { Problem } from '../../../errors/problem';
import { MeshApp, MeshCluster } from '../../../index';

/** What came of a program. */
export interface Run {
  /** Objects by cluster, as a synth would write them. */
  readonly objects: ReadonlyMap<string, readonly any[]>;
  /** Problems of statements, which the library refuses. */
  readonly refused: ReadonlyMap<Statement, readonly Problem[]>;
  /** Problems of the whole mesh, for which a synth would write nothing. */
  readonly problems: readonly Problem[];
}

/** Name by which statements refer to the app. */
export const APP = 'app';

/** Runs a program, and writes nothing. A statement that the library refuses is left out, with those that need its result. */
export function runProgram(statements: readonly Statement[]): Run {
  const app = new MeshApp();
  const values = new Map<string, unknown>([[APP, app]]);
  const refused = new Map<Statement, readonly Problem[]>();
  for (const statement of statements) {
    const { variable, expression } = statement;
    if (expression === undefined) {
      continue;
    }
    if (variablesIn(expression).some(name => !values.has(name))) {
      refused.set(statement, []);
      continue;
    }
    try {
      const value = valueOf(expression, values);
      if (variable !== undefined) {
        values.set(variable, value);
      }
    } catch (error) {
      refused.set(statement, problemsOfStatement(error));
    }
  }
  const clusters = app.node.children.filter(MeshCluster.isMeshCluster);
  const objects = new Map(clusters.map(cluster => [cluster.clusterName, objectsOf(cluster)]));
  return { objects, refused, problems: app.problems };
}

/** The objects of a cluster, also where a check of the mesh finds a problem. */
function objectsOf(cluster: MeshCluster): any[] {
  return cluster.node.findAll().filter(ApiObject.isApiObject).map(object => (object as ApiObject).toJson());
}

/** The names of variables in an expression. */
export function variablesIn(expression: Expression): string[] {
  return partsOf(expression).flatMap(part => part.is === 'variable' ? [part.name] : []);
}

function problemsOfStatement(error: unknown): readonly Problem[] {
  if (isMeshError(error)) {
    return error.problems;
  }
  throw error;
}

function valueOf(expression: Expression, values: ReadonlyMap<string, unknown>): unknown {
  const each = (parts: readonly Expression[]) => parts.map(part => valueOf(part, values));
  switch (expression.is) {
    case 'data': return copied(expression.value);
    case 'list': return each(expression.items);
    case 'object': return Object.fromEntries(expression.fields.map(([key, value]) => [key, valueOf(value, values)]));
    case 'constant': return KNOWN[expression.type][expression.name];
    case 'new': return new KNOWN[expression.type](...each(expression.args));
    case 'variable': return values.get(expression.name);
    case 'call': {
      const target: any = typeof expression.on === 'string' ? KNOWN[expression.on] : valueOf(expression.on, values);
      return target[expression.method](...each(expression.args));
    }
  }
}

/** A copy: the library gets a value of its own, as from a program. */
function copied(value: Data): unknown {
  if (typeof value !== 'object') {
    return value;
  }
  return Array.isArray(value) ? value.map(copied) : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
}
