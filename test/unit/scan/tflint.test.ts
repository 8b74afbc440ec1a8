import { readTflintReport } from '../../scan/scan-terraform';

test('an issue is told with its place and rule, and an error of tflint is an issue too', () => {
  const issue = {
    rule: { name: 'terraform_required_version' },
    message: 'attribute is required',
    range: { filename: 'main.tf', start: { line: 3 } },
  };
  const text = JSON.stringify({ issues: [issue], errors: [{ message: 'plugin not found' }] });
  expect(readTflintReport(text)).toEqual([
    'plugin not found',
    'main.tf:3: attribute is required (terraform_required_version)',
  ]);
});
