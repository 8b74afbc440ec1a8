import { adoptedResourcesFile } from '#core/contract/kept-manifest';

it('each environment has a file of adopted resources of its own, in the folder that git ignores', () => {
  expect(adoptedResourcesFile('prod')).toBe('.edgepass/adopted/prod.json');
  expect(adoptedResourcesFile('prod')).not.toBe(adoptedResourcesFile('local'));
});
