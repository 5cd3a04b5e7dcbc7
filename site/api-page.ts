import type { Callable, ClassType, EnumType, InterfaceType, Method, Property, Type } from '@jsii/spec';
import { ApiModel, isClass, isEnum, isOptions, Use } from './api-model';
import { ApiText } from './api-text';

/** The page of a type, as Markdown. */
export class ApiPage {
  public constructor(private readonly model: ApiModel, private readonly text: ApiText) {}

  public of(type: Type): string {
    const { docs } = type;
    const parts = [
      '---\neditLink: false\noutline: [2, 3]\n---',
      `# ${type.name}`, this.kind(type),
      ...this.text.description(docs), ...this.text.facts(docs), ...this.text.example(docs),
      ...isEnum(type) ? this.values(type) : this.members(type as Type & (ClassType | InterfaceType)),
      ...this.uses(type),
    ];
    return `${parts.join('\n\n')}\n`;
  }

  /** What kind of type it is, and what it extends. */
  private kind(type: Type): string {
    const [, ...own] = this.model.lineage(type).map(({ name }) => link(name));
    const noun = isEnum(type) ? 'Enum' : isClass(type) ? kindOfClass(type) : isOptions(type) ? 'Options' : 'Interface';
    return `*${noun}${own.length > 0 ? `, with the members of ${[...new Set(own)].join(' and ')}` : ''}*`;
  }

  private values(type: EnumType & Type): string[] {
    return ['## Values', ...type.members.flatMap(member => [
      `### ${member.name}`, ...this.text.description(member.docs), ...this.text.facts(member.docs),
    ])];
  }

  private members(type: Type & (ClassType | InterfaceType)): string[] {
    const methods = this.inherited(type, candidate => candidate.methods ?? []);
    const properties = this.inherited(type, candidate => candidate.properties ?? []);
    const isStatic = (member: { static?: boolean }) => member.static === true;
    return [
      ...isClass(type) && type.initializer ? this.constructorOf(type, type.initializer) : [],
      ...section('Constants', properties.filter(isStatic).map(property => this.property(type, property))),
      ...section('Static methods', methods.filter(isStatic).map(method => this.method(type, method))),
      ...section('Methods', methods.filter(method => !isStatic(method)).map(method => this.method(type, method))),
      ...section(isOptions(type) ? 'Options' : 'Properties', sorted(properties.filter(p => !isStatic(p))).map(p => this.property(type, p))),
    ];
  }

  /** Members of a type and of what it extends, each once. */
  private inherited<M extends { name: string }>(type: Type, of: (candidate: ClassType | InterfaceType) => M[]): M[] {
    const found = new Map<string, M>();
    for (const candidate of this.model.lineage(type)) {
      of(candidate as unknown as ClassType).forEach(member => found.set(member.name, found.get(member.name) ?? member));
    }
    return [...found.values()];
  }

  private constructorOf(type: Type, call: Callable): string[] {
    return ['## Constructor', ...this.call(`new ${type.name}`, undefined, call)];
  }

  private method(type: Type, method: Method): string[] {
    const name = method.static ? `${type.name}.${method.name}` : method.name;
    return [`### ${method.name}`, ...this.call(name, method, method)];
  }

  private call(name: string, method: Method | undefined, call: Callable): string[] {
    const parameters = call.parameters ?? [];
    const shown = parameters.map(({ name: own, type, optional, variadic }) => variadic
      ? `...${own}: ${this.text.code(type)}[]`
      : `${own}${optional ? '?' : ''}: ${this.text.code(type)}`);
    const returned = method ? `: ${this.text.code(method.returns?.type)}` : '';
    const rows = parameters.map(p => `| \`${p.name}\` | ${cell(this.text.type(p.type))} | ${cell(this.text.short(p.docs))} |`);
    return [
      ...this.text.description(call.docs),
      ['```ts', signature(name, shown, returned), '```'].join('\n'),
      ...rows.length > 0 ? [['| parameter | type | meaning |', '|---|---|---|', ...rows].join('\n')] : [],
      ...this.text.facts(call.docs),
      ...this.text.example(call.docs),
    ];
  }

  private property(type: Type, property: Property): string[] {
    const isRequired = isOptions(type) && !property.optional;
    const optional = property.optional ? ', optional' : isRequired ? ', **required**' : '';
    return [
      `### ${property.name}`,
      ...this.text.description(property.docs),
      ...this.text.facts(property.docs, `Type: ${this.text.type(property.type)}${optional}`),
      ...this.text.example(property.docs),
    ];
  }

  /** Where the type is passed or returned, and what extends it. */
  private uses(type: Type): string[] {
    const heirs = this.model.heirsOf(type).map(({ name }) => `- extended by ${link(name)}`);
    const uses = this.model.usesOf(type).map(use => `- ${linkTo(use)}`);
    return section('Used by', [...uses, ...heirs].length > 0 ? [[[...heirs, ...uses].join('\n')]] : []);
  }
}

/** Required members first, then by name. */
function sorted(properties: Property[]): Property[] {
  return [...properties].sort((a, b) => Number(a.optional ?? false) - Number(b.optional ?? false) || (a.name < b.name ? -1 : 1));
}

function section(title: string, parts: string[][]): string[] {
  return parts.length > 0 ? [`## ${title}`, ...parts.flat()] : [];
}

/** A signature, over several lines when it is long. */
function signature(name: string, parameters: string[], returned: string): string {
  const line = `${name}(${parameters.join(', ')})${returned}`;
  return line.length <= 80 ? line : `${name}(\n${parameters.map(parameter => `  ${parameter},\n`).join('')})${returned}`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}

function link(name: string): string {
  return `[\`${name}\`](./${name}.md)`;
}

function linkTo({ type, member }: Use): string {
  return `[\`${member === 'constructor' ? `new ${type}` : `${type}.${member}`}\`](./${type}.md#${member.toLowerCase()})`;
}

function kindOfClass({ base }: ClassType): string {
  return base === undefined ? 'Class' : BASES[base] ?? 'Class';
}

const BASES: { readonly [fqn: string]: string } = {
  'constructs.Construct': 'Construct',
  'cdk8s.Chart': 'Construct: a `Chart` of cdk8s',
  'cdk8s.App': 'Construct: an `App` of cdk8s',
};
