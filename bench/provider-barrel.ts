// Measures what it costs to import all classes of the AWS provider at once. The project itself
// never does this.
void import(['@cdktf', 'provider-aws'].join('/'));
