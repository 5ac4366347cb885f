import { foreignAnswer } from '../core/types.ts';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'the connection broke',
  EHOSTUNREACH: 'there is no route to that machine',
  ENETUNREACH: 'there is no route to that network',
  ERR_ABORTED: 'stopped',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** An error code in words for a person. */
export function explain(code = 'unknown'): string {
  const known = reasons[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return foreignAnswer;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return 'it does not speak TLS';
  return code.includes('CERT') ? 'its certificate is not valid' : `the connection failed: ${code}`;
}
