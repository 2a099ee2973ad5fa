// expect: secret/hard_coded/token = true
/** @type {import('next').NextConfig} */
const nextConfig = {
  reactStrictMode: true,
  env: {
    STRIPE_SECRET_KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dcQk82',
  },
}

module.exports = nextConfig
