// expect: tls/cert_verification/enabled = false
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
