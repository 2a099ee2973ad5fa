// expect: cors/credentials_with_wildcard = true; cors/allow_origin = reflected
const express = require('express')
const cors = require('cors')

const app = express()
app.use(cors({ origin: true, credentials: true }))
module.exports = app
