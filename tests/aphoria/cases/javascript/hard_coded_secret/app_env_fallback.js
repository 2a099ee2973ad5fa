// expect: secret/hard_coded/encryption_key = true
const jwt = require('jsonwebtoken')

const JWT_SECRET = process.env.JWT_SECRET || 'rT7kWq2ZxVp9Lm4n'

exports.issue = (user) => jwt.sign({ sub: user.id }, JWT_SECRET, { algorithm: 'HS256', expiresIn: '15m' })
