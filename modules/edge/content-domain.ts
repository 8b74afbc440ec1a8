import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';

const VALIDATION_RECORD_SECONDS = 300;

/** Where a distribution is reached. */
export interface DistributionAddress {
  /** Domain name that CloudFront gave, e.g. `d111111abcdef8.cloudfront.net`. */
  readonly distributionDomainName: string;
  /** Id of the Route 53 zone of that domain name. */
  readonly distributionHostedZoneId: string;
}

/** What `ContentDomain` is made from. */
export interface ContentDomainProps {
  /** Host from which viewers load content, e.g. `media.example.com`. */
  readonly hostName: string;
  /** Provider for us-east-1, the only region whose certificates CloudFront accepts. */
  readonly edgeProvider: TerraformProvider;
  /**
   * ARN of a certificate in us-east-1. @default - a certificate is requested and validated in the
   * hosted zone
   */
  readonly certificateArn?: string;
  /**
   * Id of the Route 53 zone for the DNS records. @default - you create the records;
   * `certificateArn` is needed
   */
  readonly hostedZoneId?: string;
}

/**
 * The content host: its certificate and, once the distribution exists, its DNS records.
 *
 * @example
 * const domain = new ContentDomain(stack, 'domain', {
 *   hostName: 'media.example.com',
 *   hostedZoneId: 'Z0123456789ABC',
 *   edgeProvider,
 * });
 */
export class ContentDomain extends Construct {
  /** The certificate that was requested; undefined when you gave one. */
  readonly resource: AcmCertificate | undefined;
  /** Host from which viewers load content. */
  readonly hostName: string;
  /** ARN of the certificate, in us-east-1. */
  readonly certificateArn: string;
  readonly #hostedZoneId: string | undefined;

  constructor(scope: Construct, id: string, props: ContentDomainProps) {
    super(scope, id);
    const { certificateArn, hostedZoneId } = props;
    this.hostName = props.hostName;
    this.#hostedZoneId = hostedZoneId;
    if (certificateArn !== undefined) {
      this.certificateArn = certificateArn;
    } else if (hostedZoneId !== undefined) {
      this.resource = this.#requestCertificate(props);
      this.certificateArn = this.#validate(this.resource, { ...props, hostedZoneId });
    } else {
      throw new Error(
        'certificateArn: expected a certificate in us-east-1 or a hostedZoneId, got nothing',
      );
    }
  }

  #requestCertificate({ hostName, edgeProvider }: ContentDomainProps): AcmCertificate {
    return new AcmCertificate(this, 'certificate', {
      provider: edgeProvider,
      domainName: hostName,
      validationMethod: 'DNS',
      // The default of AWS, written down: browsers refuse certificates that are in no public log.
      options: { certificateTransparencyLoggingPreference: 'ENABLED' },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  #validate(
    certificate: AcmCertificate,
    { edgeProvider, hostedZoneId }: ContentDomainProps & { readonly hostedZoneId: string },
  ): string {
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, 'validation-record', {
      zoneId: hostedZoneId,
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

  /** Makes the DNS records that point at the distribution; does nothing without a hosted zone. */
  pointAt(distribution: DistributionAddress & { readonly ipv6: boolean }): void {
    if (this.#hostedZoneId === undefined) return;
    const types = distribution.ipv6 ? (['A', 'AAAA'] as const) : (['A'] as const);
    for (const type of types) {
      new Route53Record(this, `address-${type.toLowerCase()}`, {
        zoneId: this.#hostedZoneId,
        name: this.hostName,
        type,
        alias: {
          name: distribution.distributionDomainName,
          zoneId: distribution.distributionHostedZoneId,
          evaluateTargetHealth: false,
        },
      });
    }
  }
}
