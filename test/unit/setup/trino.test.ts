// Plain .mjs: nothing of it has types.
const setup = jest.requireActual<{
  mavenRepository(environment: Readonly<Record<string, string>>, settings: string): string;
}>('../../../setup/trino.mjs');

const CENTRAL = 'https://repo1.maven.org/maven2';

function settingsWith(mirrorOf: string, url: string): string {
  return `<settings><mirrors><mirror><id>a</id><mirrorOf> ${mirrorOf} </mirrorOf><url>\n ${url} </url></mirror></mirrors></settings>`;
}

describe('where Trino is fetched from', () => {
  it.each(['', '<settings/>', 'no XML', settingsWith('central', '')])(
    'is Maven Central with settings %j',
    (settings) => {
      expect(setup.mavenRepository({}, settings)).toBe(CENTRAL);
    },
  );

  it.each(['central', '*', 'external:*', 'other, central'])('is a mirror of %s', (mirrorOf) => {
    const settings = settingsWith(mirrorOf, 'https://mirror.example.com/maven/');
    expect(setup.mavenRepository({}, settings)).toBe('https://mirror.example.com/maven');
  });

  it.each([
    settingsWith('central2', 'https://mirror.example.com'),
    settingsWith('external:http:*', 'http://0.0.0.0/'),
    `<!-- ${settingsWith('central', 'https://mirror.example.com')} -->`,
  ])('is no mirror of something else: %s', (settings) => {
    expect(setup.mavenRepository({}, settings)).toBe(CENTRAL);
  });

  it('is what the variable says before all else', () => {
    const settings = settingsWith('central', 'https://mirror.example.com');
    const environment = { EDGEPASS_MAVEN_REPOSITORY: 'https://own.example.com/maven//' };
    expect(setup.mavenRepository(environment, settings)).toBe('https://own.example.com/maven');
  });
});
