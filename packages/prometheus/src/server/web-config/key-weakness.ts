import type { KeyObject } from 'node:crypto';

const FEWEST_RSA_BITS = 2048;

/** The curves that TLS 1.3 has for signatures, by OpenSSL's names; of the older P-224 clients say that they do not know it. */
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** What is wrong with a public key and what would be right, if it is too weak to be used today. */
export function keyWeakness({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined {
  switch (type) {
    case 'rsa':
    case 'rsa-pss': {
      const bits = details?.modulusLength ?? 0;
      return bits >= FEWEST_RSA_BITS ? undefined : `RSA of ${bits} bits; allowed are ${FEWEST_RSA_BITS} or more`;
    }
    case 'ec': {
      const curve = details?.namedCurve ?? 'a curve of its own';
      return CURVES.includes(curve) ? undefined : `${curve}; allowed are P-256, P-384 and P-521`;
    }
    case 'ed25519':
    case 'ed448':
      return undefined;
    default:
      return `${type ?? 'of no known type'}; allowed are RSA, ECDSA and Ed25519`;
  }
}
