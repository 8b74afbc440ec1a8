import path from 'node:path';
import { App } from 'cdktf';
import { explainConfigurationErrors } from './configuration/explain-configuration-error';
import { loadEnvironment } from './configuration/load-environment';
import { buildSessionSettings } from './configuration/session-settings';
import { selectEndpointVariables } from './modules/emulator-differences';
import { copyProviderLock } from './modules/provider-lock';
import { DeliveryStack } from './modules/stacks/delivery-stack';

const projectFolder = __dirname;

explainConfigurationErrors(() => {
  const loaded = loadEnvironment({
    selection: process.env['EDGEPASS_ENVIRONMENT'],
    projectFolder,
  });

  const app = new App();
  new DeliveryStack(app, `${loaded.environment.name}-delivery`, {
    environment: loaded.environment,
    sessionSettings: buildSessionSettings(loaded),
    functionsFolder: path.join(projectFolder, 'dist', 'functions'),
    stateFolder: path.join(projectFolder, '.edgepass', 'state'),
    endpointVariables: selectEndpointVariables(process.env),
  });
  app.synth();
  copyProviderLock(app, path.join(projectFolder, 'environments', 'terraform.lock.hcl'));
}, process);
