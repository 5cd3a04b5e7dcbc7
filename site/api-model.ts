import { readFileSync } from 'fs';
import { join } from 'path';
// eslint-disable-next-line import/no-extraneous-dependencies -- site/package.json is that of the site's generator alone
import { loadAssemblyFromPath } from '@jsii/spec';
import type { Assembly, Callable, ClassType, EnumType, InterfaceType, Type, TypeReference } from '@jsii/spec';
import { ROOT } from './folders';

/** What another type says of a type: the member whose parameter or value it is. */
export interface Use {
  /** Name of the type with the member. */
  readonly type: string;
  /** Name of the member; `constructor` for a constructor. */
  readonly member: string;
}

/** The public types of the package, as jsii compiled them. */
export class ApiModel {
  private readonly assembly: Assembly = loadAssemblyFromPath(ROOT, false);
  private readonly usesByType = new Map<string, Use[]>();

  public constructor() {
    this.types.forEach(type => this.noteUses(type));
  }

  /** The types, by name. */
  public get types(): Type[] {
    return Object.values(this.assembly.types ?? {}).sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** The name of a type of this package; undefined for types of others. */
  public ownName(fqn: string): string | undefined {
    return this.assembly.types?.[fqn]?.name;
  }

  /** A type with its base and interfaces of this package, nearest first. Their members are its members too. */
  public lineage(type: Type): Type[] {
    const parents = isEnum(type) ? [] : [...type.interfaces ?? [], ...(type as ClassType).base ? [(type as ClassType).base!] : []];
    const own = parents.map(fqn => this.assembly.types?.[fqn]).filter(parent => parent !== undefined);
    return [type, ...own.flatMap(parent => this.lineage(parent))];
  }

  /** Names of the members of a type, inherited ones included. */
  public membersOf(type: Type): string[] {
    const named = this.lineage(type).flatMap(candidate => isEnum(candidate)
      ? candidate.members
      : [...(candidate as ClassType).methods ?? [], ...(candidate as ClassType).properties ?? []]);
    return [...new Set(named.map(({ name }) => name))];
  }

  /** Where a type is passed or returned, by type and member. */
  public usesOf(type: Type): Use[] {
    return this.usesByType.get(type.fqn) ?? [];
  }

  /** The public types that implement or extend a type. */
  public heirsOf(type: Type): Type[] {
    return this.types.filter(heir => heir !== type && this.lineage(heir).includes(type));
  }

  private noteUses(type: Type): void {
    if (isEnum(type)) {
      return;
    }
    const note = (member: string, references: TypeReference[]) => {
      for (const fqn of new Set(references.flatMap(namesIn))) {
        const uses = this.usesByType.get(fqn) ?? [];
        this.usesByType.set(fqn, fqn === type.fqn ? uses : [...uses, { type: type.name, member }]);
      }
    };
    const parametersOf = (call: Callable) => (call.parameters ?? []).map(parameter => parameter.type);
    if (isClass(type) && type.initializer) {
      note('constructor', parametersOf(type.initializer));
    }
    (type.properties ?? []).forEach(property => note(property.name, [property.type]));
    (type.methods ?? []).forEach(method => note(method.name, [...parametersOf(method), ...method.returns ? [method.returns.type] : []]));
  }
}

/** A subject of the index: a comment in src/index.ts, and the names that are exported below it. */
export interface Subject {
  readonly title: string;
  readonly names: string[];
}

/** The subjects of src/index.ts, in its order, which is that of the guide. */
export function subjects(): Subject[] {
  const text = readFileSync(join(ROOT, 'src', 'index.ts'), 'utf8');
  const found: Subject[] = [];
  for (const [, comment, exported] of text.matchAll(/(?:^\/\/ (.*)\n)?^export (?:type )?\{([^}]*)\} from/gm)) {
    if (found.length === 0 || comment) {
      // The comment at the top is about the file.
      found.push({ title: found.length === 0 ? 'Declare a mesh' : comment, names: [] });
    }
    found[found.length - 1].names.push(...exported.split(',').map(name => name.replace(/\btype\b/, '').trim()).filter(name => name !== ''));
  }
  return found;
}

/** Names of the types in a reference to a type. */
export function namesIn(reference: TypeReference): string[] {
  if ('fqn' in reference) {
    return [reference.fqn];
  }
  if ('collection' in reference) {
    return namesIn(reference.collection.elementtype);
  }
  return 'union' in reference ? reference.union.types.flatMap(namesIn) : [];
}

// jsii exports these kinds as an enum whose values a reader of .jsii sees as text.
export function isClass(type: Type): type is Type & ClassType {
  return type.kind as string === 'class';
}

export function isEnum(type: Type): type is Type & EnumType {
  return type.kind as string === 'enum';
}

export function isOptions(type: Type): boolean {
  return type.kind as string === 'interface' && (type as InterfaceType).datatype === true;
}
