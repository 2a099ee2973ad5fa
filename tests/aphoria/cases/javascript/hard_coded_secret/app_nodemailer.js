// expect: secret/hard_coded/password = true
const nodemailer = require('nodemailer')

exports.transport = nodemailer.createTransport({
  host: 'mail.internal',
  port: 465,
  secure: true,
  auth: { user: 'robot@shop.example', pass: 'Tz6kVp1Xq8' }
})
