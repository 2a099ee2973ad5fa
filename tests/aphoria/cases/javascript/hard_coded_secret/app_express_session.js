// expect: secret/hard_coded/encryption_key = true
const express = require('express')
const session = require('express-session')

const app = express()
app.use(session({
  secret: 'rT7kWq2ZxVp9Lm4n',
  resave: false,
  saveUninitialized: false,
  cookie: { secure: true, httpOnly: true, sameSite: 'lax', maxAge: 900000 }
}))
module.exports = app
