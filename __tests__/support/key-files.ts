import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';

/** True if this machine has an OpenSSL to compare with. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** The answer of OpenSSL on standard output; fails with its complaint. */
export function openssl(args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A private key of X25519 as a PEM that nothing protects, and its 32 bytes of u. */
export function bareKey(): { readonly pem: string; readonly u: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const u = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
  return { pem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })), u };
}

/** Options of `openssl pkcs8` for a key file that can be imported. */
export const strong = ['-topk8', '-scrypt', '-scrypt_p', '5'];
