// A whole cloud starts and ends inside these suites.
jest.setTimeout(600_000);
