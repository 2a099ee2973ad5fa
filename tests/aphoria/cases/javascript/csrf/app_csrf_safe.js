// expect: nothing
const express = require('express')
const lusca = require('lusca')

const app = express()
// csrf: false was for the first version
app.use(lusca({ csrf: true, xframe: 'SAMEORIGIN', xssProtection: false }))
