// `node main.ts` writes the Terraform of one stack to cdktf.out/.
import { App } from 'cdktf';
import { copyProviderLock, providerLockFile } from 'edgepass';
import { MediaStack } from './media-stack.ts';

const app = new App();
new MediaStack(app, 'media');
app.synth();
// The AWS provider version with which Edgepass is tested. Remove this line if your app has its own
// lock file.
copyProviderLock(app, providerLockFile());
