const express = require('express');
const { target } = require('./target');
const app = express();

app.get('/go', (req, res) => res.redirect(target(req.query.next)));
