import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureEmulator } from './emulator.mjs';
import { findPinnedNode } from './pinned-node.mjs';
import { findPython } from './python-environment.mjs';
import { ensureTerraform, writeTerraformConfiguration } from './terraform.mjs';

/**
 * Finds or installs all tools that are not npm packages and writes `.edgepass/tools.json`, which
 * the programs read: `{ node, terraform, terraformConfiguration, emulatorPython }`. The emulator is
 * not installed if AWS_ENDPOINT_URL names an endpoint.
 */
export async function ensureTools(root) {
  mkdirSync(path.join(root, '.edgepass'), { recursive: true });
  const python = findPython('the local AWS emulator');
  const tools = {
    node: findPinnedNode(root),
    terraform: await ensureTerraform(root, python),
    terraformConfiguration: writeTerraformConfiguration(root).file,
    emulatorPython: process.env.AWS_ENDPOINT_URL ? null : ensureEmulator(root, python),
  };
  writeFileSync(path.join(root, '.edgepass', 'tools.json'), `${JSON.stringify(tools, null, 2)}\n`);
  return tools;
}
