// `node main.ts` writes the Terraform of one stack to cdktf.out/.
import { App } from 'cdktf';
import { copyProviderLock, providerLockFile } from 'edgepass';
import { MediaStack } from './media-stack.ts';

const app = new App();
new MediaStack(app, 'media');
app.synth();
// The provider build that Edgepass is tested with; leave it out when your app has a lock file of its own.
copyProviderLock(app, providerLockFile());
