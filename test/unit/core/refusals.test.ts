import { REFUSAL_REASONS, refusalOf } from '#core/refusals';

describe('the table of refusals', () => {
  it('has kebab-case codes, each once', () => {
    expect(REFUSAL_REASONS.filter((reason) => !/^[a-z]+(?:-[a-z]+)*$/.test(reason))).toStrictEqual(
      [],
    );
    expect(new Set(REFUSAL_REASONS).size).toBe(REFUSAL_REASONS.length);
  });

  it.each(REFUSAL_REASONS)('%s: an HTTP error with a stable type', (reason) => {
    const refusal = refusalOf(reason);

    expect(refusal.reason).toBe(reason);
    expect(refusal.problemType).toBe(`urn:edgepass:problem:${refusal.problem}`);
    expect([400, 401, 403, 404, 405, 413, 415, 500, 503]).toContain(refusal.status);
  });

  it('J-18: no title tells one reason from another that shares its status', () => {
    const titles = REFUSAL_REASONS.filter((reason) => refusalOf(reason).status === 401).map(
      (reason) => refusalOf(reason).title,
    );

    expect(new Set(titles).size).toBe(1);
  });
});
