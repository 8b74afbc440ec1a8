import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '#core/errors';
import { type CommandContext, writeLine } from '../context';
import { loadChosenEnvironment, variablesFor } from '../deployed-environment';
import { EXIT, type ExitCode } from '../exit-codes';
import { type SynthesisedStack, synthesiseStacks } from './synthesised-stacks';

const ASSETS = 'assets';
/** Provider versions that the constructs accept. */
const PROVIDER_VERSIONS = '>= 5.100.0, < 7.0.0';

export interface TerraformModuleOptions {
  readonly out: string;
}

type Blocks = SynthesisedStack['document']['resource'];

/** One value that Terraform carries by itself, so that whoever calls the module may choose it. */
interface ModuleVariable {
  readonly name: string;
  readonly description: string;
  /** Resource type and argument that take it. */
  readonly type: string;
  readonly argument: string;
}

const VARIABLES: readonly ModuleVariable[] = [
  {
    name: 'price_class',
    description: 'Edge locations that serve: PriceClass_100, PriceClass_200 or PriceClass_All',
    type: 'aws_cloudfront_distribution',
    argument: 'price_class',
  },
  {
    name: 'hosted_zone_id',
    description: 'Id of the Route 53 zone of the content host',
    type: 'aws_route53_record',
    argument: 'zone_id',
  },
  {
    name: 'function_memory_megabytes',
    description: 'Memory of the session function, in MB',
    type: 'aws_lambda_function',
    argument: 'memory_size',
  },
];

/** Makes paths of assets relative to the module, not to the folder in which Terraform runs. */
function ownAssets(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.startsWith(`${ASSETS}/`)
      ? `\${path.module}/${value}`
      : value.replaceAll(`file("${ASSETS}/`, `file("\${path.module}/${ASSETS}/`);
  }
  if (Array.isArray(value)) return value.map(ownAssets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, ownAssets(one)]));
}

/** Puts a variable in the place of an argument, in every resource that has it. */
function withVariable(resources: Blocks, { name, type, argument }: ModuleVariable): Blocks {
  const blocks = Object.entries(resources[type] ?? {}).map(([address, block]) => [
    address,
    argument in block ? { ...block, [argument]: `\${var.${name}}` } : block,
  ]);
  return { ...resources, [type]: Object.fromEntries(blocks) as Blocks[string] };
}

function defaultOf(resources: Blocks, { type, argument }: ModuleVariable): unknown {
  const [block] = Object.values(resources[type] ?? {});
  return (block as Readonly<Record<string, unknown>> | undefined)?.[argument];
}

/** A stack as a module: no provider, no backend, and variables for what Terraform carries. */
function toTerraformModule(document: SynthesisedStack['document']): object {
  const { terraform, resource, data, output, removed = [] } = document;
  const used = VARIABLES.filter((one) => defaultOf(resource, one) !== undefined);
  const { required_version } = terraform as { readonly required_version: string };
  return {
    terraform: {
      required_version,
      required_providers: {
        aws: {
          source: 'hashicorp/aws',
          version: PROVIDER_VERSIONS,
          configuration_aliases: ['aws.edge'],
        },
      },
    },
    variable: Object.fromEntries(
      used.map((one) => [
        one.name,
        { description: one.description, default: defaultOf(resource, one) },
      ]),
    ),
    data,
    resource: ownAssets(used.reduce(withVariable, resource)),
    output,
    ...(removed.length > 0 && { removed }),
  };
}

function emptyFolder(context: CommandContext, out: string): string {
  const folder = path.resolve(context.root, out);
  if (!existsSync(folder) || readdirSync(folder).length === 0) return folder;
  throw new InputError({
    code: 'ERR_FOLDER_NOT_EMPTY',
    field: '--out',
    received: out,
    allowed: 'a folder that is empty or does not exist',
  });
}

/**
 * Writes the delivery stack of an environment as a plain Terraform module, for teams without CDKTF.
 * The module is made for this one environment: its settings are in the function's zip.
 *
 * @throws InputError when the folder holds something
 */
export async function runTerraformModule(
  context: CommandContext,
  selection: string | undefined,
  { out }: TerraformModuleOptions,
): Promise<ExitCode> {
  const folder = emptyFolder(context, out);
  const chosen = loadChosenEnvironment(context, selection);
  const stacks = await synthesiseStacks(context, chosen, variablesFor(context, chosen));
  const delivery = stacks.find(({ name }) => name.endsWith('-delivery'));
  if (delivery === undefined) throw new Error('the synthesis wrote no delivery stack');
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(delivery.folder, ASSETS), path.join(folder, ASSETS), { recursive: true });
  const text = JSON.stringify(toTerraformModule(delivery.document), null, 2);
  writeFileSync(path.join(folder, 'main.tf.json'), `${text}\n`);
  writeLine(context.output, `${folder}: the delivery stack of ${chosen.environment.name}`);
  writeLine(context.output, '  call it as examples/terraform-module does');
  return EXIT.done;
}
