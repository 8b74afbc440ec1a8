import { explainMissingPackage, MissingPackageError } from '#core/missing-package';

const failed = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code });

describe('a failed import', () => {
  it.each([
    ['MODULE_NOT_FOUND', "Cannot find module 'cdktf'\nRequire stack:\n- /a.js", 'cdktf'],
    [
      'MODULE_NOT_FOUND',
      "Cannot find module '@cdktf/provider-aws/lib/s3-bucket'",
      '@cdktf/provider-aws',
    ],
    [
      'ERR_MODULE_NOT_FOUND',
      "Cannot find package '@duckdb/node-api' imported from /a.mjs",
      '@duckdb/node-api',
    ],
    ['ERR_MODULE_NOT_FOUND', "Cannot find package 'hono/cors' imported from /a.mjs", 'hono'],
  ])('of %s names the package: %s', (code, message, packageName) => {
    const cause = failed(code, message);
    const error = explainMissingPackage(cause);
    expect(error).toBeInstanceOf(MissingPackageError);
    expect(error).toMatchObject({
      packageName,
      code: 'ERR_MISSING_PACKAGE',
      message: `the package ${packageName} is not installed: npm install ${packageName}`,
      cause,
    });
  });

  it.each([
    failed('MODULE_NOT_FOUND', "Cannot find module './lost'"),
    failed('MODULE_NOT_FOUND', "Cannot find module '../lost'"),
    failed('MODULE_NOT_FOUND', "Cannot find module '/srv/lost.js'"),
    failed('ENOENT', "Cannot find module 'cdktf'"),
    new Error("Cannot find module 'cdktf'"),
    "Cannot find module 'cdktf'",
  ])('that is a fault of ours, or no failed import, stays what it is: %s', (error) => {
    expect(explainMissingPackage(error)).toBe(error);
  });
});
