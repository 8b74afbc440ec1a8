import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';

const VALIDATION_RECORD_SECONDS = 300;

/** What `ContentDomain` is made from. */
export interface ContentDomainProps {
  /** Host from which viewers load content. */
  readonly hostName: string;
  /** Provider for us-east-1, the only region whose certificates CloudFront takes. */
  readonly edgeProvider: TerraformProvider;
  /** @default - one is requested, and validated in the hosted zone */
  readonly certificateArn?: string;
  /** @default - you make the DNS records yourself; `certificateArn` is then needed */
  readonly hostedZoneId?: string;
}

/** The content host: its certificate, and once the distribution exists, its addresses. */
export class ContentDomain extends Construct {
  readonly name: string;
  readonly certificateArn: string;
  readonly #hostedZoneId: string | undefined;

  constructor(scope: Construct, id: string, props: ContentDomainProps) {
    super(scope, id);
    const { certificateArn, hostedZoneId } = props;
    this.name = props.hostName;
    this.#hostedZoneId = hostedZoneId;
    if (certificateArn !== undefined) {
      this.certificateArn = certificateArn;
    } else if (hostedZoneId !== undefined) {
      this.certificateArn = this.#requestCertificate(props, hostedZoneId);
    } else {
      throw new Error(
        'certificateArn: expected a certificate in us-east-1 or a hostedZoneId, got nothing',
      );
    }
  }

  #requestCertificate({ hostName, edgeProvider }: ContentDomainProps, zoneId: string): string {
    const certificate = new AcmCertificate(this, 'certificate', {
      provider: edgeProvider,
      domainName: hostName,
      validationMethod: 'DNS',
      lifecycle: { createBeforeDestroy: true },
    });
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, 'validation-record', {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: VALIDATION_RECORD_SECONDS,
      allowOverwrite: true,
    });
    return new AcmCertificateValidation(this, 'validation', {
      provider: edgeProvider,
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    }).certificateArn;
  }

  /** Points the host at the distribution, when the zone is known. */
  pointAt(distribution: { domainName: string; hostedZoneId: string; ipv6: boolean }): void {
    if (this.#hostedZoneId === undefined) return;
    const types = distribution.ipv6 ? (['A', 'AAAA'] as const) : (['A'] as const);
    for (const type of types) {
      new Route53Record(this, `address-${type.toLowerCase()}`, {
        zoneId: this.#hostedZoneId,
        name: this.name,
        type,
        alias: {
          name: distribution.domainName,
          zoneId: distribution.hostedZoneId,
          evaluateTargetHealth: false,
        },
      });
    }
  }
}
