// expect: nothing
const express = require('express')
const session = require('express-session')

const app = express()
app.use(session({
  secret: process.env.SESSION_SECRET,
  name: 'secret-session-1',
  resave: false,
  saveUninitialized: false,
  cookie: { secure: true, httpOnly: true, sameSite: 'lax', maxAge: 900000 }
}))
module.exports = app
