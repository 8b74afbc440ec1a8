import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/**
 * A TEST key (RSA-2048) that is public: it signs generated logs and nothing else, and the same
 * settings always give the same signatures. No CloudFront key group may ever trust it.
 */
const TEST_SIGNING_KEY_PEM = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC6AUUOGEvQareI
YVlodVp/ovW+JG3mE/SVWEr/SR7monEDEwrBGDUDjMER0gnWylMiu9fqVI5ov3hE
mmMNuPiiR7maIsc3RCnLkIgBohhnuDZNsKcQOPWC4wA1O6Kr/Y1O0nYEP4hmOddO
tgK1QP8Ht1Geq6kYDRVCf9GdterkfEMp78aHZE4FphTTd7Kk4uXdbfGoqPv5RHQ6
F7TopYLVAWqzaGmFmcgA/fB0bJOITKUPM5zD54n2UXiwk78Owe7C2rJOWB9+mAhE
7C8UW6Hmk3E5/V7GRsjIqyv97Upumj/ydJQWdBXJw0O/8CfudlaBLCU6NTSPlMmV
YguHgS7NAgMBAAECggEAXYdp6853wNMIeoFI7eekm+2bWAMFZ9287KO7AmcILLyd
ywf2LmY3shNCue09mU2fRCXkSiY+fZlZplVjXXEXRLKAN2spdTbHNV71pKyXTQAp
/iLHvraFbU0ru5jDEWyrc2kMgtJXid+nziJjdjS6iGy7k+eJXVimygtvobfp5v1g
y5FGwl1vpfiz0So/v/HjQEwBWb4kxUhhHRak0blT7uQGoimVq236x6v95sqSAFBJ
mBoLK0gjjiFHfNnV50VAzrKR9+hO5Cwop2fQQz4bHSmRlkk+cDOs6wO69tj4pEmZ
GwSiM8l6k3cuErsMmnMxuuQr5zb8szFp32FhHkRwGQKBgQDrXveCXJGqh4GorZsi
khSXZoDM2UzUu4kymHwUjzXPh/CflJv2fUhzNRDkeoT48Nfjh4NrfbmSq1GoeK4i
HSspjiGzLRLorkbc2lplVaqAYLFQH5XHn6Ig/1zamCYLmJOCYh1r2sog2PeyLc5a
X9DECPJOUWj5g58dDG5AMlJlGwKBgQDKTqy9Q5JI+tp//UthNoMlSmNZvvEF41hM
oq6NCMSgk9YJc9ht9akkxmeG2clU/tH6QHxiBLKBBlHxoxM5KGDXalxMf+Mrr4a3
8zpFlKGDgPfn9bs4LcIWxqTjpBzLiws4RM1x58SBonXi//vt7J1t8SJXdzd/WFpv
+1sMS33CNwKBgQCi+3a+YWVIxV5mNBjZnnf9wq/rqYkHQfkl/OrmvagQVdysVBaP
X398r0FMRP6w9u03k83P8BZBVrpLw40o+DO8KbxyOwL99jgBlH3F78UJ8mq1xblM
quB0ov9kKrkljHiQb2paFf2jMzqJuihK8lA4fs1yp/Ld3GOglMv/Thk6AwKBgQCn
rzhsk8J/rTVImvlM9XMUiKj6rVJ3r+3zb3BAxAC+nGrvYM8GrXVqXu1Wj9PaGHCQ
/bxbPkt6uHNZVvLLEJXcV3NzkRkJj66ZcAhfvgd1yYMyB7MLqJnUaQgpC1E2wOQm
2phzDkkJrlAKPGVj2xjOFO2DE/SzH9euM+hOs4/kVwKBgDYaqwm5U8/uAwXeQ+8I
L0eyhZ5J+26AF9igqqApWuPmSV7WRQRsSB7cl8M20il+ht34bXtqFWQPy8TQ5GMU
HcmjMBvymLASd5rH3bR8+wgWrURNovgWrF0VGOzLXSCtKM6dHssnlof/vf8lmid+
/gMgw1vrs7j+ltLZUdJtA0ii
-----END PRIVATE KEY-----
`;

/** The key that signs generated logs. */
export function readTestSigningKey(): KeyObject {
  return createPrivateKey(TEST_SIGNING_KEY_PEM);
}

/** The public half, as CloudFront and `--public-keys` take it. */
export function publicKeyPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
