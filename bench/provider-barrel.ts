// What importing every provider class costs: measured, never done by the project.
void import(['@cdktf', 'provider-aws'].join('/'));
