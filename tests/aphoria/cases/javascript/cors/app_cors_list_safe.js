// expect: nothing
const express = require('express')
const cors = require('cors')

const app = express()
app.use(cors({ origin: ['https://shop.example.net'], credentials: true }))
module.exports = app
