// expect: nothing
/** @type {import('next').NextConfig} */
const nextConfig = {
  reactStrictMode: true,
  env: {
    STRIPE_PUBLISHABLE_KEY: 'pk_live_TYooMQauvdEDq54NiTphI7jx',
    BUILD_ID: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f2',
  },
  serverRuntimeConfig: { secretKey: process.env.STRIPE_SECRET_KEY },
}

module.exports = nextConfig
