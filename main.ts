import path from 'node:path';
import { App } from 'cdktf';
import { listQueries } from '#analytics/catalog';
import { findProviderVersion, requireDeployable } from '#configuration/deployable-environment';
import { explainConfigurationErrors } from '#configuration/explain-configuration-error';
import { loadEnvironment } from '#configuration/load-environment';
import { builtFunctionsFolder, providerLockFile } from '#configuration/package-folder';
import { adoptedResourcesFile } from '#core/contract/kept-manifest';
import { ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { AnalyticsStack } from '#modules/stacks/analytics-stack';
import { DeliveryStack } from '#modules/stacks/delivery-stack';
import { adoptResources, listKeptResources } from '#modules/synthesis/adoption';
import { selectEndpointVariables } from '#modules/synthesis/emulator-differences';
import { copyProviderLock } from '#modules/synthesis/provider-lock';

const projectFolder = __dirname;

explainConfigurationErrors(() => {
  const loaded = loadEnvironment({
    selection: process.env[ENVIRONMENT_VARIABLE],
    projectFolder,
  });

  const { environment } = loaded;
  const functionsFolder = builtFunctionsFolder();
  const providerVersion = findProviderVersion(projectFolder);
  const sessionSettings = requireDeployable(loaded, { functionsFolder, providerVersion });
  const stateFolder = path.join(projectFolder, '.edgepass', 'state');

  const app = new App();
  const delivery = new DeliveryStack(app, `${environment.name}-delivery`, {
    environment,
    sessionSettings,
    functionsFolder,
    stateFolder,
    endpointVariables: selectEndpointVariables(process.env),
  });
  const queries = listQueries();
  const analytics = new AnalyticsStack(app, `${environment.name}-analytics`, {
    environment,
    stateFolder,
    queries,
  });
  analytics.addDependency(delivery);
  adoptResources(app, path.join(projectFolder, adoptedResourcesFile(environment.name)));
  listKeptResources(app);
  app.synth();
  copyProviderLock(app, providerLockFile());
}, process);
